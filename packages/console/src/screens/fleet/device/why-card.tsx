/** Why a device is not updated: a sentence for each rollout that goes to its cohort, and the one it last had to do with. */
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { Device, Rollout } from '../../../api/operator-api.gen.ts'
import { useAsked } from '../../../live/asked.ts'
import { may } from '../../../live/me.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { say, sayIfKnown, sayWith } from '../../../words/say.tsx'
import { zoneOf } from '../device-standing.ts'
import { Card } from './card.tsx'
import { rolloutsAbout } from './rollouts-about.ts'
import { whyTone, whyWords } from './why-words.ts'

const LISTED_COUNT = 500

export function WhyCard({ device }: { readonly device: Device }) {
  return may('rollout.read', device.product) ? <Why device={device} /> : null
}

function Why({ device }: { readonly device: Device }) {
  const { product, id, cohort, rollout, version, state, waitingFor } = device
  const isKeptOff = [device.quarantine?.at, device.revokedAt]
  const asked = useAsked(
    async (signal) => {
      const path = { product }
      const { value } = await call('GET /products/{product}/rollouts', {
        ...{ path, query: { limit: LISTED_COUNT }, signal },
      })
      return Promise.all(
        rolloutsAbout(device, value).map(async (one) => ({
          rollout: one,
          why: (
            await call('GET /products/{product}/rollouts/{id}/devices/{device}/explain', {
              ...{ path: { product, id: one.id, device: id }, signal },
            })
          ).value,
        })),
      )
    },
    [product, id, cohort, rollout, version, state, waitingFor, isKeptOff],
    { events: ['rollout.*'] },
  )
  return (
    <Card title={say('device.why')}>
      <Loaded asked={asked}>
        {(found) =>
          found.length === 0 ? (
            <p>{say('device.whyNone', { cohort })}</p>
          ) : (
            <ul class="stack plain-list why">
              {found.map(({ rollout: one, why }) => (
                <li key={one.id}>
                  <p>
                    <Tag tone={whyTone(why)}>{whyWords(why, zoneOf(device))}</Tag>
                  </p>
                  <p class="quiet">{aboutRollout(product, one)}</p>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  )
}

function aboutRollout(product: string, { id, release, state }: Rollout) {
  return sayWith(
    'device.whyOf',
    { rollout: <a href={to.rollout(product, id)}>{id}</a> },
    { release, state: sayIfKnown('why', `state-${state}`) ?? state },
  )
}
