/** What was published of an advisory, version by version. */
import { to } from '../../addresses.ts'
import type { AdvisoryInFull } from '../../api/operator-api.gen.ts'
import { Time } from '../../pieces/time.tsx'
import { say } from '../../words/say.tsx'

export interface AdvisoryHistoryProps {
  readonly product: string
  readonly advisory: AdvisoryInFull
}

export function AdvisoryHistory({ product, advisory }: AdvisoryHistoryProps) {
  if (advisory.versions.length === 0) return <p class="card">{say('advisories.noVersion')}</p>
  return (
    <section class="card" aria-label={say('advisories.view-history')}>
      <div class="table-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{say('advisories.version')}</th>
              <th scope="col">{say('advisories.publishedAt')}</th>
              <th scope="col">{say('advisories.change')}</th>
            </tr>
          </thead>
          <tbody>
            {advisory.versions.toReversed().map(({ version, at, change }) => (
              <tr key={version}>
                <th scope="row">
                  <a
                    href={to.advisory(product, advisory.id, {
                      ...{ view: 'csaf', version: String(version) },
                    })}
                  >
                    {version}
                  </a>
                </th>
                <td>
                  <Time at={at} isExact />
                </td>
                <td class="written">{change}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
