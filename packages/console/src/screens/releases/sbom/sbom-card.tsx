/** What a release is built of: how good its SBOM is, what of it was looked up, and what changed since the base. */
import { call } from '../../../api/call.ts'
import type { ReleaseCoverage, ReleaseInFull } from '../../../api/operator-api.gen.ts'
import { useAsked } from '../../../live/asked.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { percentWords, say, sayIfKnown } from '../../../words/say.tsx'
import { SbomDifferenceView } from './sbom-difference.tsx'

const NAMED_MAX_COUNT = 50

export interface SbomCardProps {
  readonly product: string
  readonly release: ReleaseInFull
}

export function SbomCard({ product, release: { version } }: SbomCardProps) {
  const path = { product, version }
  const coverage = useAsked(
    async (signal) =>
      (await call('GET /products/{product}/releases/{version}/coverage', { path, signal })).value,
    [product, version],
    { events: ['release.*', 'feed.*', 'finding.*'] },
  )
  return (
    <section class="card" aria-labelledby="sbom">
      <h2 id="sbom">{say('release.sbom')}</h2>
      <Loaded asked={coverage}>{(found) => <CoverageView coverage={found} />}</Loaded>
      <SbomDifferenceView {...{ product, version }} />
    </section>
  )
}

function CoverageView({ coverage: found }: { readonly coverage: ReleaseCoverage }) {
  const { state, why, matchedAt, isCurrent, sbom, coverage } = found
  return (
    <>
      <p>
        <Tag tone={state === 'matched' ? 'good' : state === 'unreadable' ? 'bad' : 'waits'}>
          {say(`release.coverage-${state}`)}
        </Tag>{' '}
        {matchedAt !== undefined && <Time at={matchedAt} />}
        {state === 'matched' && ` · ${say(isCurrent ? 'release.current' : 'release.notCurrent')}`}
      </p>
      {why !== undefined && <p lang="en">{why}</p>}
      {sbom !== undefined && <Quality sbom={sbom} />}
      {coverage !== undefined && (
        <>
          <p>
            {say('release.lookedUp', {
              ...{ looked: coverage.lookedUpCount, count: coverage.componentCount },
            })}
          </p>
          {coverage.notLookedUp.length > 0 && (
            <details>
              <summary>
                {say('release.notLookedUp', {
                  count: coverage.componentCount - coverage.lookedUpCount,
                })}
              </summary>
              <ul class="release-files">
                {coverage.notLookedUp.slice(0, NAMED_MAX_COUNT).map((one, index) => (
                  <li key={index}>
                    {one.name} {one.version}
                    <span class="quiet"> {one.obstacles.map(obstacleWords).join('; ')}</span>
                  </li>
                ))}
              </ul>
            </details>
          )}
          {coverage.undecided.length > 0 && (
            <details>
              <summary>{say('release.undecided', { count: coverage.undecided.length })}</summary>
              <ul class="release-files">
                {coverage.undecided.slice(0, NAMED_MAX_COUNT).map((one, index) => (
                  <li key={index}>
                    {one.name} {one.version} · {one.vulnerability}
                    <span class="quiet" lang="en">
                      {' '}
                      {one.detail}
                    </span>
                  </li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
    </>
  )
}

function obstacleWords({
  reason,
  identifier,
}: {
  readonly reason: string
  readonly identifier: string
}) {
  const words = sayIfKnown('release', `obstacle-${reason}`) ?? reason
  return identifier === '' ? words : `${words}: ${identifier}`
}

/** Held to each profile, and what falls short of it. */
function Quality({ sbom }: { readonly sbom: NonNullable<ReleaseCoverage['sbom']> }) {
  const { format, formatVersion, componentsCount, depth, quality } = sbom
  const { direct = 0, transitive = 0 } = depth
  return (
    <>
      <p>
        {say('release.sbomIs', { format, version: formatVersion, count: componentsCount })}{' '}
        {say('release.depth', { direct, transitive })}
      </p>
      {Object.entries(quality).map(([profile, { passed, failed, coverage }]) => (
        <div key={profile}>
          <p>
            <strong>{sayIfKnown('release', `profile-${profile}`) ?? profile}</strong>{' '}
            <Tag tone={passed ? 'good' : 'waits'}>
              {say(passed ? 'release.profilePassed' : 'release.profileShort')}
            </Tag>{' '}
            {say('release.identified', { share: percentWords(coverage) })}
          </p>
          {failed.length > 0 && (
            <details>
              <summary>{say('release.checksShort', { count: failed.length })}</summary>
              <ul class="release-files">
                {failed.map(({ check, met, asked }) => (
                  <li key={check}>
                    {sayIfKnown('release', `check-${check}`) ?? check}
                    {': '}
                    {say('release.metOf', { met, asked })}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </div>
      ))}
    </>
  )
}
