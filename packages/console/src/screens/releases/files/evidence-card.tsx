/** What was brought as evidence about the artifact and the SBOM of a release, each file to be taken along. */
import { call } from '../../../api/call.ts'
import { may } from '../../../live/me.ts'
import { usePages } from '../../../live/pages.ts'
import { Command } from '../../../pieces/command.tsx'
import { PagedTable } from '../../../pieces/tables/paged-table.tsx'
import { say } from '../../../words/say.tsx'
import { evidenceColumns } from './evidence-columns.tsx'

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
        columns={evidenceColumns(product)}
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
