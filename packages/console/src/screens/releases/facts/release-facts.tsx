/** What its maker says of a release, and who is offered it. */
import { to } from '../../../addresses.ts'
import type { ReleaseInFull } from '../../../api/operator-api.gen.ts'
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'
import { dayWords } from '../../../words/time.ts'
import { Entitlement } from './entitlement.tsx'
import { FixLinks } from './fix-links.tsx'

export interface ReleaseFactsProps {
  readonly product: string
  readonly release: ReleaseInFull
  readonly again: () => void
}

export function ReleaseFacts({ product, release, again }: ReleaseFactsProps) {
  const { securityCounter, compatible, base, minimumVersion, installer, format } = release
  const { releasedAt, publishedAt, withdrawnAt, retainedUntil, fixes, advisories } = release
  const { combinedReason, notes, version, kind } = release
  return (
    <section class="card" aria-labelledby="facts">
      <h2 id="facts">{say('release.facts')}</h2>
      <dl class="facts">
        <dt>{say('release.counter')}</dt>
        <dd>{securityCounter}</dd>
        <dt>{say('release.compatible')}</dt>
        <dd>{compatible.join(', ')}</dd>
        {base !== undefined && (
          <>
            <dt>{say('release.base')}</dt>
            <dd>
              <a href={to.release(product, base)}>{base}</a>
            </dd>
          </>
        )}
        {minimumVersion !== undefined && (
          <>
            <dt>{say('release.minimum')}</dt>
            <dd>{minimumVersion}</dd>
          </>
        )}
        <dt>{say('release.installer')}</dt>
        <dd>
          {installer} · {format}
        </dd>
        <dt>{say('release.releasedAt')}</dt>
        <dd>
          <Time at={releasedAt} isExact />
        </dd>
        <dt>{say('releases.published')}</dt>
        <dd>
          <Time at={publishedAt} isExact />
        </dd>
        {withdrawnAt !== undefined && (
          <>
            <dt>{say('releases.withdrawn')}</dt>
            <dd>
              <Time at={withdrawnAt} isExact />
            </dd>
          </>
        )}
        {retainedUntil !== undefined && (
          <>
            <dt>{say('release.retained')}</dt>
            <dd>{dayWords(retainedUntil)}</dd>
          </>
        )}
        {fixes.length > 0 && (
          <>
            <dt>{say('release.fixes')}</dt>
            <dd>
              <FixLinks {...{ product, fixes }} />
            </dd>
          </>
        )}
        {advisories.length > 0 && (
          <>
            <dt>{say('release.advisories')}</dt>
            <dd>{advisories.join(', ')}</dd>
          </>
        )}
        {combinedReason !== undefined && (
          <>
            <dt>{say('release.combinedReason')}</dt>
            <dd class="written">{combinedReason}</dd>
          </>
        )}
        {kind === 'functionality' && publishedAt !== undefined && (
          <>
            <dt>{say('release.entitlement')}</dt>
            <dd>
              <Entitlement {...{ product, version, again }} name={release.entitlement} />
            </dd>
          </>
        )}
        <dt>{say('release.notes')}</dt>
        <dd class="written">{notes === '' ? say('release.noNotes') : notes}</dd>
      </dl>
    </section>
  )
}
