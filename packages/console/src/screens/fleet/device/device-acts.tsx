/** What cannot be taken back with a click: it asks first, and where nothing brings it back, for the device's id. */
import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { Device } from '../../../api/operator-api.gen.ts'
import { may } from '../../../live/me.ts'
import { Confirm } from '../../../pieces/dialogs/confirm.tsx'
import { TextField } from '../../../pieces/field.tsx'
import { announce } from '../../../pieces/told/said.tsx'
import { say } from '../../../words/say.tsx'

const REASON_MAX_CHARACTERS = 200

type Act = 'quarantine' | 'revoke' | 'factory-reset' | 'erase' | 'decommission'

export interface DeviceActsProps {
  readonly device: Device
  readonly again: () => void
}

export function DeviceActs({ device, again }: DeviceActsProps) {
  const { product, id, quarantine, revokedAt } = device
  const { route } = useLocation()
  const [act, setAct] = useState<Act>()
  const [reason, setReason] = useState('')
  const path = { product, device: id }
  const mayErase = may('device.erase', product)
  const offered: readonly Act[] = [
    ...(may('device.manage', product) && quarantine === undefined ? (['quarantine'] as const) : []),
    ...(may('device.manage', product) && revokedAt === undefined ? (['revoke'] as const) : []),
    ...(mayErase && may('device.command', product) && revokedAt === undefined
      ? (['factory-reset', 'erase'] as const)
      : []),
    ...(mayErase ? (['decommission'] as const) : []),
  ]
  const carryOut = async (what: Act) => {
    switch (what) {
      case 'quarantine':
        await call('POST /products/{product}/devices/{device}/quarantine', {
          ...{ path, body: { reason } },
        })
        break
      case 'revoke':
        await call('POST /products/{product}/devices/{device}/revoke', { path })
        break
      case 'decommission':
        await call('POST /products/{product}/devices/{device}/decommission', { path })
        break
      default:
        await call('POST /products/{product}/devices/{device}/commands', {
          ...{ path, body: { command: what } },
        })
    }
    announce(say(`device.did-${what}`, { device: id }))
    if (what === 'decommission') route(to.fleet(product))
    else again()
  }
  if (offered.length === 0) return null
  return (
    <>
      <details class="menu device-acts">
        <summary>{say('device.more')}</summary>
        <div class="menu-card">
          {offered.map((one) => (
            <button
              key={one}
              type="button"
              onClick={({ currentTarget }) => {
                closeMenu(currentTarget)
                setAct(one)
              }}
            >
              {say(`device.do-${one}`)}
            </button>
          ))}
        </div>
      </details>
      {act !== undefined && (
        <Confirm
          title={say(`device.ask-${act}`, { device: id })}
          act={say(`device.do-${act}`)}
          isDangerous
          {...(act === 'quarantine' ? {} : { word: id })}
          canConfirm={act !== 'quarantine' || reason.trim() !== ''}
          onConfirm={() => carryOut(act)}
          onClose={() => setAct(undefined)}
        >
          <p>{say(`device.means-${act}`)}</p>
          {act === 'quarantine' && (
            <TextField
              label={say('device.reason')}
              hint={say('device.reasonHint')}
              maxLength={REASON_MAX_CHARACTERS}
              value={reason}
              onValue={setReason}
            />
          )}
        </Confirm>
      )}
    </>
  )
}

/** The focus goes where it can come back to when the dialog is left. */
function closeMenu(within: Element): void {
  const menu = within.closest('details')
  menu?.querySelector('summary')?.focus()
  menu?.removeAttribute('open')
}
