/** How far the reviews of components are, with the suppliers of which most is open. */
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import { useAsked } from '../../../live/asked.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { say } from '../../../words/say.tsx'

export interface ComponentStatusProps {
  readonly product: string
  readonly mayWrite: boolean
}

export function ComponentStatus({ product, mayWrite }: ComponentStatusProps) {
  const asked = useAsked(
    async (signal) =>
      (await call('GET /products/{product}/component-status', { path: { product }, signal })).value,
    [product],
    { events: ['release.*'] },
  )
  return (
    <section class="card" aria-labelledby="component-status">
      <h2 id="component-status">{say('product.componentStatus')}</h2>
      <Loaded asked={asked}>
        {({ state, release, isComplete, suppliers, beyondCount }) => (
          <>
            <p>
              <Tag tone={isComplete ? 'good' : 'waits'}>
                {say(isComplete ? 'product.whole' : 'product.hasGaps')}
              </Tag>{' '}
              {say(`product.components_${state}`)}{' '}
              {release !== undefined && <a href={to.release(product, release)}>{release}</a>}
            </p>
            {beyondCount > 0 && <p>{say('product.beyond', { count: beyondCount })}</p>}
            {suppliers.length > 0 && (
              <ul class="plain-list">
                {suppliers.map(({ supplier, openCount }) => (
                  <li key={supplier} class="row">
                    <a href={to.product(product, 'components', { supplier })}>{supplier}</a>
                    {say('product.openComponents', { count: openCount })}
                    {mayWrite && (
                      <a
                        class="button"
                        href={to.product(product, 'components', { supplier, all: 'yes' })}
                      >
                        {say('product.reviewAll')}
                      </a>
                    )}
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </Loaded>
    </section>
  )
}
