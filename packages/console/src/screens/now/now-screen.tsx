/** The first screen: what needs a person now, the most urgent first; and that nothing does, when nothing does. */
import { to } from '../../addresses.ts'
import { call } from '../../api/call.ts'
import type { Attention } from '../../api/operator-api.gen.ts'
import { useAsked } from '../../live/asked.ts'
import { products } from '../../live/products.ts'
import { Empty } from '../../pieces/screen/empty.tsx'
import { Loaded } from '../../pieces/screen/loaded.tsx'
import { Screen } from '../../pieces/screen/screen.tsx'
import { Time } from '../../pieces/time.tsx'
import { say } from '../../words/say.tsx'
import { MatterCard } from './matter-card.tsx'
import type { Matter } from './matter-links.ts'
import './now.css'

const URGENCIES = ['urgent', 'soon', 'note'] as const
/** Clocks run and devices go silent without an event. */
const EVERY_SECONDS = 20
const EVENTS = [
  ...['rollout.*', 'approval.*', 'case.*', 'finding.*', 'feed.*', 'advisory.*', 'disclosure.*'],
  ...['release.*', 'product.*', 'device.clone-suspected', 'device.quarantined', 'security.*'],
]

export function NowScreen() {
  const attention = useAsked(
    async (signal) => (await call('GET /attention', { signal })).value,
    [],
    { events: EVENTS, everySeconds: EVERY_SECONDS },
  )
  return (
    <Screen
      title={say('screens.now')}
      about={
        attention.value !== undefined && (
          <>
            {say('now.asOf')} <Time at={attention.value.asOf} isExact />
          </>
        )
      }
    >
      {products.value?.length === 0 && (
        <Empty title={say('now.noProduct')} command="fleetward products create --help">
          <p>{say('now.noProductNext')}</p>
          <a class="button first" href={to.guide()}>
            {say('screens.guide')}
          </a>
        </Empty>
      )}
      <Loaded asked={attention}>{(value) => <Matters attention={value} />}</Loaded>
    </Screen>
  )
}

function Matters({ attention }: { readonly attention: Attention }) {
  const { matters, more, lookedAt, notPermitted, failed } = attention
  return (
    <>
      {failed.length > 0 && (
        <p class="problem" role="alert">
          {say('now.failed', { kinds: kindsWords(failed) })}
        </p>
      )}
      {matters.length === 0 && (
        <section class="card nothing">
          <h2>{say('now.nothing')}</h2>
          <p>{say('now.nothingLooked', { kinds: kindsWords(lookedAt) })}</p>
        </section>
      )}
      {URGENCIES.map((urgency) => {
        const group = matters.filter(({ severity }) => severity === urgency)
        if (group.length === 0) return null
        return (
          <section key={urgency} class="stack" aria-labelledby={`now-${urgency}`}>
            <h2 id={`now-${urgency}`}>{say(`now.${urgency}`, { count: group.length })}</h2>
            <ul class="matters">
              {group.map((matter) => (
                <li key={keyOf(matter)}>
                  <MatterCard matter={matter} />
                </li>
              ))}
            </ul>
          </section>
        )
      })}
      {more.map(({ kind, count }) => (
        <p key={kind} class="quiet">
          {say('now.more', { count, kind: say(`now.name-${kind}`) })}
        </p>
      ))}
      {matters.length > 0 && lookedAt.length > 0 && (
        <p class="quiet">{say('now.looked', { kinds: kindsWords(lookedAt) })}</p>
      )}
      {notPermitted.length > 0 && (
        <p class="quiet">{say('now.notPermitted', { kinds: kindsWords(notPermitted) })}</p>
      )}
    </>
  )
}

function keyOf({ kind, product, subject }: Matter): string {
  return JSON.stringify([kind, product, subject])
}

function kindsWords(kinds: Attention['lookedAt']): string {
  return kinds.map((kind) => say(`now.name-${kind}`)).join(', ')
}
