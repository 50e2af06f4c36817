/** What is wrong with a device beyond its update, each with what it means and what can be done about it. */

import { call } from '../../../api/call.ts'
import type { Device } from '../../../api/operator-api.gen.ts'
import { useDoing } from '../../../live/doing.ts'
import { may } from '../../../live/me.ts'
import { Time } from '../../../pieces/time.tsx'
import { ProblemNote } from '../../../pieces/told/problem-note.tsx'
import { announce } from '../../../pieces/told/said.tsx'
import { say } from '../../../words/say.tsx'
import { isFlapping, zoneOf } from '../device-standing.ts'

export interface TroublesProps {
  readonly device: Device
  readonly again: () => void
}

export function Troubles({ device, again }: TroublesProps) {
  const { product, id, quarantine, cloneSuspected, logBroken, flappedAt } = device
  const zone = zoneOf(device)
  const doing = useDoing()
  const canManage = may('device.manage', product)
  const path = { product, device: id }
  const run = (act: () => Promise<unknown>, done: string) =>
    void doing.run(async () => {
      await act()
      announce(done)
      again()
    })
  return (
    <>
      {quarantine !== undefined && (
        <section class="problem" aria-label={say('standing.quarantined')}>
          <p>
            <strong>{say('standing.quarantined')}</strong> ·{' '}
            <Time at={quarantine.at} deviceZone={zone} />
          </p>
          <p class="written">{quarantine.reason}</p>
          <p>{say('device.quarantineText')}</p>
          {canManage && (
            <div class="row">
              <button
                type="button"
                disabled={doing.isBusy}
                onClick={() =>
                  run(
                    () => call('POST /products/{product}/devices/{device}/release', { path }),
                    say('device.released'),
                  )
                }
              >
                {say('device.release')}
              </button>
            </div>
          )}
        </section>
      )}
      {cloneSuspected !== undefined && (
        <section class="problem" aria-label={say('standing.cloneSuspected')}>
          <p>
            <strong>{say('standing.cloneSuspected')}</strong> ·{' '}
            <Time at={cloneSuspected.since} deviceZone={zone} />
          </p>
          <p>{say('device.cloneText')}</p>
          <ul>
            <li>{say('device.cloneReturns', { count: cloneSuspected.returns })}</li>
            <li>{say('device.cloneConflicts', { count: cloneSuspected.conflicts })}</li>
            <li>{say('device.cloneWentBack', { count: cloneSuspected.wentBack })}</li>
          </ul>
          {canManage && (
            <div class="row">
              <button
                type="button"
                disabled={doing.isBusy}
                onClick={() =>
                  run(
                    () =>
                      call('POST /products/{product}/devices/{device}/dismiss-suspicion', { path }),
                    say('device.dismissed'),
                  )
                }
              >
                {say('device.dismiss')}
              </button>
            </div>
          )}
        </section>
      )}
      {isFlapping(device, Date.now() / 1000) && (
        <section class="problem" aria-label={say('standing.flapping')}>
          <p>
            <strong>{say('standing.flapping')}</strong> · <Time at={flappedAt} deviceZone={zone} />
          </p>
          <p>{say('device.flapsText')}</p>
        </section>
      )}
      {logBroken !== undefined && (
        <section class="problem" aria-label={say('standing.logBroken')}>
          <p>
            <strong>{say('standing.logBroken')}</strong> ·{' '}
            <Time at={logBroken.at} deviceZone={zone} />
          </p>
          <p>
            {say(`device.log-${logBroken.flaw}`, { known: logBroken.known, seen: logBroken.seen })}
          </p>
        </section>
      )}
      {doing.error !== undefined && <ProblemNote error={doing.error} />}
    </>
  )
}
