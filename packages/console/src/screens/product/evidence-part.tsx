/** Evidence that was brought about releases: what it says, and the file itself. */
import { call, hrefOf } from '../../api/call.ts'
import type { Evidence } from '../../api/operator-api.gen.ts'
import { choiceName } from '../../forms/names.ts'
import { may } from '../../live/me.ts'
import { usePages } from '../../live/pages.ts'
import { Command } from '../../pieces/command.tsx'
import { Empty } from '../../pieces/screen/empty.tsx'
import type { Column } from '../../pieces/tables/data-table.tsx'
import { PagedTable } from '../../pieces/tables/paged-table.tsx'
import { Tag } from '../../pieces/tag.tsx'
import { Time } from '../../pieces/time.tsx'
import { actorName } from '../../words/actor-name.ts'
import { say } from '../../words/say.tsx'

const PAGE_COUNT = 50

export function EvidencePart({ product }: { readonly product: string }) {
  const asked = usePages(
    (after, signal) =>
      call('GET /products/{product}/evidence', {
        path: { product },
        query: { limit: PAGE_COUNT, ...(after === undefined ? {} : { after: Number(after) }) },
        signal,
      }),
    [product],
  )
  return (
    <>
      <PagedTable
        id="product-evidence"
        caption={say('product.part_evidence')}
        columns={columns(product)}
        asked={asked}
        keyOf={({ number }) => String(number)}
        empty={
          <Empty title={say('product.noEvidence')}>
            <p>{say('product.noEvidenceText')}</p>
          </Empty>
        }
      />
      {may('evidence.add', product) && (
        <section class="stack">
          <p>{say('product.bringEvidence')}</p>
          <Command
            text={`fleetward evidence add report.sarif --kind sarif --for <file> --product ${product}`}
          />
        </section>
      )}
    </>
  )
}

function columns(product: string): readonly Column<Evidence>[] {
  return [
    {
      ...{ id: 'name', name: say('field.name'), text: ({ name }) => name },
      show: ({ name, number }) => (
        <a
          href={hrefOf(`/products/${encodeURIComponent(product)}/evidence/${number}/file`)}
          download={name}
        >
          {name}
        </a>
      ),
    },
    {
      ...{ id: 'kind', name: say('field.kind'), text: ({ kind }) => kind },
      show: ({ kind }) => choiceName('evidence', kind),
    },
    {
      ...{ id: 'outcome', name: say('product.outcome'), text: ({ outcome }) => outcome },
      show: ({ outcome }) => (
        <Tag tone={outcome === 'passed' ? 'good' : 'bad'}>{say(`product.${outcome}`)}</Tag>
      ),
    },
    {
      ...{ id: 'at', name: say('product.brought'), text: ({ at }) => at },
      show: ({ at, by }) => (
        <>
          <Time at={at} /> · {actorName(by)}
        </>
      ),
    },
    {
      ...{ id: 'subject', name: say('product.subject'), text: ({ subject }) => subject },
      show: ({ subject }) => <code>{subject.slice(0, 16)}…</code>,
    },
    {
      ...{ id: 'sha256', name: 'SHA-256', isExtra: true, text: ({ sha256 }) => sha256 },
      show: ({ sha256 }) => <code>{sha256}</code>,
    },
  ]
}
