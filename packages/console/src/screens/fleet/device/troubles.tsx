/** What is wrong with a device beyond its update, each with what it means and what can be done about it. */
import { call } from '../../../api/call.ts'
import type { Device } from '../../../api/operator-api.gen.ts'
import { useDoing } from '../../../live/doing.ts'
import { may } from '../../../live/me.ts'
import { ProblemNote } from '../../../pieces/told/problem-note.tsx'
import { announce } from '../../../pieces/told/said.tsx'
import { say } from '../../../words/say.tsx'
import { isFlapping, zoneOf } from '../device-standing.ts'
import { Trouble } from './trouble.tsx'

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
  const ending = (name: string, act: () => Promise<unknown>, done: string) => {
    const end = async () => {
      await act()
      announce(done)
      again()
    }
    return (
      canManage && (
        <div class="row">
          <button type="button" disabled={doing.isBusy} onClick={() => void doing.run(end)}>
            {name}
          </button>
        </div>
      )
    )
  }
  return (
    <>
      {quarantine !== undefined && (
        <Trouble name={say('standing.quarantined')} at={quarantine.at} zone={zone}>
          <p class="written">{quarantine.reason}</p>
          <p>{say('device.quarantineText')}</p>
          {ending(
            say('device.release'),
            () => call('POST /products/{product}/devices/{device}/release', { path }),
            say('device.released'),
          )}
        </Trouble>
      )}
      {cloneSuspected !== undefined && (
        <Trouble name={say('standing.cloneSuspected')} at={cloneSuspected.since} zone={zone}>
          <p>{say('device.cloneText')}</p>
          <ul>
            <li>{say('device.cloneReturns', { count: cloneSuspected.returns })}</li>
            <li>{say('device.cloneConflicts', { count: cloneSuspected.conflicts })}</li>
            <li>{say('device.cloneWentBack', { count: cloneSuspected.wentBack })}</li>
          </ul>
          {ending(
            say('device.dismiss'),
            () => call('POST /products/{product}/devices/{device}/dismiss-suspicion', { path }),
            say('device.dismissed'),
          )}
        </Trouble>
      )}
      {isFlapping(device, Date.now() / 1000) && (
        <Trouble name={say('standing.flapping')} at={flappedAt} zone={zone}>
          <p>{say('device.flapsText')}</p>
        </Trouble>
      )}
      {logBroken !== undefined && (
        <Trouble name={say('standing.logBroken')} at={logBroken.at} zone={zone}>
          <p>
            {say(`device.log-${logBroken.flaw}`, { known: logBroken.known, seen: logBroken.seen })}
          </p>
        </Trouble>
      )}
      {doing.error !== undefined && <ProblemNote error={doing.error} />}
    </>
  )
}
