/** Evidence that was brought about releases: what it says, and the file itself. */
import { call } from '../../api/call.ts'
import type { Evidence } from '../../api/operator-api.gen.ts'
import { may } from '../../live/me.ts'
import { usePages } from '../../live/pages.ts'
import { Command } from '../../pieces/command.tsx'
import { Empty } from '../../pieces/screen/empty.tsx'
import type { Column } from '../../pieces/tables/data-table.tsx'
import { PagedTable } from '../../pieces/tables/paged-table.tsx'
import { say } from '../../words/say.tsx'
import { evidenceColumns } from '../releases/files/evidence-columns.tsx'

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
        columns={[...evidenceColumns(product), subject()]}
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

/** Of what it is evidence: the digest of an artifact or an SBOM. */
function subject(): Column<Evidence> {
  return {
    ...{ id: 'subject', name: say('product.subject'), text: ({ subject }) => subject },
    show: ({ subject }) => <code>{subject.slice(0, 16)}…</code>,
  }
}
