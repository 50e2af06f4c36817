/** What was brought as evidence about the artifact and the SBOM of a release, each file to be taken along. */
import { call, hrefOf } from '../../../api/call.ts'
import type { Evidence } from '../../../api/operator-api.gen.ts'
import { may } from '../../../live/me.ts'
import { usePages } from '../../../live/pages.ts'
import { Command } from '../../../pieces/command.tsx'
import type { Column } from '../../../pieces/tables/data-table.tsx'
import { PagedTable } from '../../../pieces/tables/paged-table.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'

const PAGE_COUNT = 100

export interface EvidenceCardProps {
  readonly product: string
  readonly version: string
}

export function EvidenceCard({ product, version }: EvidenceCardProps) {
  const evidence = usePages(
    (after, signal) =>
      call('GET /products/{product}/evidence', {
        path: { product },
        query: {
          ...{ release: version, limit: PAGE_COUNT },
          after: after === undefined ? undefined : Number(after),
        },
        signal,
      }),
    [product, version],
    { events: ['release.*'], everySeconds: 30 },
  )
  return (
    <div class="stack">
      <h2 id="evidence">{say('release.evidence')}</h2>
      <PagedTable
        id="evidence"
        caption={say('release.evidence')}
        columns={columns(product)}
        asked={evidence}
        keyOf={({ number }) => String(number)}
        empty={
          <div class="card">
            <p class="quiet">{say('release.noEvidence')}</p>
            {may('evidence.add', product) && (
              <Command
                text={`fleetward evidence add report.sarif --kind sarif --for <file> --product ${product}`}
              />
            )}
          </div>
        }
      />
    </div>
  )
}

function columns(product: string): readonly Column<Evidence>[] {
  return [
    {
      ...{ id: 'name', name: say('release.evidenceName') },
      show: ({ name, number }) => (
        <a
          href={hrefOf(`/products/${encodeURIComponent(product)}/evidence/${number}/file`)}
          download={`evidence-${number}`}
        >
          {name}
        </a>
      ),
      text: ({ name }) => name,
    },
    {
      ...{ id: 'kind', name: say('release.evidenceKind') },
      show: ({ kind }) => say(`release.evidence-${kind}`),
      text: ({ kind }) => kind,
    },
    {
      ...{ id: 'outcome', name: say('release.outcome') },
      show: ({ outcome }) => (
        <Tag tone={outcome === 'passed' ? 'good' : 'bad'}>{say(`release.outcome-${outcome}`)}</Tag>
      ),
      text: ({ outcome }) => outcome,
    },
    {
      ...{ id: 'by', name: say('release.broughtBy') },
      show: ({ by }) => by.name,
      text: ({ by }) => by.name,
    },
    {
      ...{ id: 'at', name: say('release.broughtAt') },
      show: ({ at }) => <Time at={at} />,
      text: ({ at }) => new Date(at * 1000).toISOString(),
    },
    {
      ...{ id: 'sha256', name: 'SHA-256', isExtra: true },
      show: ({ sha256 }) => <code>{sha256}</code>,
      text: ({ sha256 }) => sha256,
    },
  ]
}
