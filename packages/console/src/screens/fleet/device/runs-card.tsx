/** What runs on a device, and where its update is. */
import { to } from '../../../addresses.ts'
import type { Device } from '../../../api/operator-api.gen.ts'
import { may } from '../../../live/me.ts'
import { Time } from '../../../pieces/time.tsx'
import { codeWords } from '../../../words/code-words.ts'
import { numberWords, percentWords, say } from '../../../words/say.tsx'
import { updateStanding, zoneOf } from '../device-standing.ts'
import { Card, type Fact, Facts } from './card.tsx'

export function RunsCard({ device }: { readonly device: Device }) {
  const { product, version, rollout, code, progress, securityCounter, cohort, integrity } = device
  const { flappedAt } = device
  const zone = zoneOf(device)
  const when = (isThere: boolean, fact: () => Fact) => (isThere ? fact() : undefined)
  return (
    <Card title={say('device.runs')}>
      <Facts
        facts={[
          {
            name: say('fleet.version'),
            value:
              version === undefined ? (
                say('standing.unheard')
              ) : may('release.read', product) ? (
                <a href={to.release(product, version)}>{version}</a>
              ) : (
                version
              ),
          },
          { name: say('fleet.state'), value: say(updateStanding(device).key) },
          when(progress !== undefined && device.state === 'downloading', () => ({
            ...{ name: say('device.progress'), value: percentWords((progress ?? 0) / 100) },
          })),
          when(rollout !== undefined, () => ({
            name: say('fleet.rollout'),
            value: may('rollout.read', product) ? (
              <a href={to.rollout(product, rollout ?? '')}>{rollout}</a>
            ) : (
              rollout
            ),
          })),
          when(code !== undefined, () => ({
            ...{ name: say('fleet.failureCode'), value: codeWords(code ?? '') },
          })),
          when(integrity !== undefined, () => ({
            name: say('device.integrity'),
            value: say(integrity === 'corrupt' ? 'standing.corrupt' : 'device.integrityOk'),
          })),
          when(securityCounter !== undefined, () => ({
            ...{ name: say('fleet.securityCounter'), value: numberWords(securityCounter ?? 0) },
          })),
          {
            name: say('fleet.cohort'),
            value: (
              <>
                <a href={to.fleet(product, { cohort })}>{cohort}</a>
                {device.pinned && ` · ${say('fleet.pinned')}`}
              </>
            ),
          },
          {
            name: say('fleet.lastSeen'),
            value: (
              <>
                {say(device.online ? 'fleet.online' : 'fleet.offline')} ·{' '}
                <Time at={device.lastSeenAt} deviceZone={zone} />
              </>
            ),
          },
          when(flappedAt !== undefined, () => ({
            name: say('device.flappedAt'),
            value: <Time at={flappedAt} isExact deviceZone={zone} />,
          })),
          {
            name: say('fleet.enrolledAt'),
            value: <Time at={device.enrolledAt} isExact deviceZone={zone} />,
          },
        ]}
      />
    </Card>
  )
}
