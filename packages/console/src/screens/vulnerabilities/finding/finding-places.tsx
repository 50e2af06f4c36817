/** Where a component is: in which releases, by what path, and which of their records said that it has the hole. */
import { to } from '../../../addresses.ts'
import type { FindingInFull } from '../../../api/operator-api.gen.ts'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'
import { SbomPath } from './sbom-path.tsx'

export interface FindingPlacesProps {
  readonly product: string
  readonly finding: FindingInFull
}

export function FindingPlaces({ product, finding }: FindingPlacesProps) {
  return (
    <section class="card" aria-labelledby="where">
      <h2 id="where">{say('vulnerabilities.where')}</h2>
      {finding.releases.map((release) => {
        const { version, ref, purl, componentVersion, endedAt } = release
        return (
          <div key={`${version} ${ref}`} class="statement">
            <h3>
              <a href={to.release(product, version)}>{version}</a>{' '}
              {endedAt !== undefined && (
                <Tag tone="quiet">
                  {say('vulnerabilities.goneSince')} <Time at={endedAt} />
                </Tag>
              )}
            </h3>
            <p>
              <code>
                {purl ?? [finding.componentName, componentVersion].filter(Boolean).join(' ')}
              </code>
            </p>
            {endedAt === undefined && (
              <SbomPath {...{ product, finding: finding.id, version, place: ref }} />
            )}
            <details>
              <summary>{say('vulnerabilities.why')}</summary>
              {release.why.map(({ record, source, because }) => (
                <div key={`${record} ${source}`}>
                  <p>
                    {record} <span class="quiet">{source}</span>
                  </p>
                  <pre class="written">
                    <code>{JSON.stringify(because, null, 2)}</code>
                  </pre>
                </div>
              ))}
            </details>
          </div>
        )
      })}
    </section>
  )
}
