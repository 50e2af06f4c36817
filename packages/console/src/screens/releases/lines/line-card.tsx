/** One line of a product: what mends security on one side, what brings functions on the other. */
import { useId } from 'preact/hooks'
import { to } from '../../../addresses.ts'
import type { Release, Rollout } from '../../../api/operator-api.gen.ts'
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'
import { StateTag } from '../release-tags.tsx'
import { RolloutsOf } from '../rollouts/rollouts-of.tsx'
import type { Line } from './lines.ts'

export interface LineCardProps {
  readonly product: string
  readonly line: Line
  /** By version; undefined: not for this viewer, or not here yet. */
  readonly rollouts: ReadonlyMap<string, readonly Rollout[]> | undefined
}

export function LineCard({ product, line, rollouts }: LineCardProps) {
  const id = useId()
  const column = (kind: 'security' | 'functionality') => (
    <section aria-label={say('releases.lineAndKind', { line: line.name, kind: said(kind) })}>
      <h3>{said(kind)}</h3>
      {line[kind].length === 0 ? (
        <p class="quiet">{say('releases.noneOfKind')}</p>
      ) : (
        <ul class="release-list">
          {line[kind].map((release) => (
            <li key={release.version}>
              <One {...{ product, release, rollouts: rollouts?.get(release.version) ?? [] }} />
              {rollouts !== undefined && (
                <RolloutsOf product={product} rollouts={rollouts.get(release.version) ?? []} />
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{say('releases.line', { line: line.name })}</h2>
      <div class="release-kinds">
        {column('security')}
        {column('functionality')}
      </div>
    </section>
  )
}

const said = (kind: 'security' | 'functionality') => say(`releases.column-${kind}`)

function One({ product, release }: { readonly product: string; readonly release: Release }) {
  const { version, kind, publishedAt, withdrawnAt, entitlement, fixes } = release
  return (
    <>
      <div class="row">
        <a class="release-version" href={to.release(product, version)}>
          {version}
        </a>
        <StateTag release={release} />
        {kind === 'combined' && <span class="quiet">{say('releases.kind-combined')}</span>}
      </div>
      <p class="quiet">
        {withdrawnAt === undefined ? (
          <>
            {say('releases.published')} <Time at={publishedAt} />
          </>
        ) : (
          <>
            {say('releases.withdrawn')} <Time at={withdrawnAt} />
          </>
        )}
        {fixes.length > 0 && ` · ${say('releases.fixes', { count: fixes.length })}`}
        {entitlement !== undefined && ` · ${say('releases.behind', { name: entitlement })}`}
      </p>
    </>
  )
}
