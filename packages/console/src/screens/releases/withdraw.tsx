/** Stops offering a release. Nobody takes that back, so its version is typed. */
import { useState } from 'preact/hooks'
import { to } from '../../addresses.ts'
import { call } from '../../api/call.ts'
import type { WithdrawnRelease } from '../../api/operator-api.gen.ts'
import { Command } from '../../pieces/command.tsx'
import { Confirm } from '../../pieces/dialogs/confirm.tsx'
import { Dialog } from '../../pieces/dialogs/dialog.tsx'
import { announce } from '../../pieces/told/said.tsx'
import { say } from '../../words/say.tsx'

export interface WithdrawProps {
  readonly product: string
  readonly version: string
  /** False once it is withdrawn: what is left to do is still told. */
  readonly isOffered: boolean
  readonly onDone: () => void
}

export function Withdraw({ product, version, isOffered, onDone }: WithdrawProps) {
  const [isAsking, setAsking] = useState(false)
  const [done, setDone] = useState<WithdrawnRelease>()
  const withdraw = async () => {
    const path = { product, version }
    const answer = await call('POST /products/{product}/releases/{version}/withdraw', { path })
    setDone(answer.value)
    announce(say('release.withdrawnNow', { version }))
  }
  return (
    <>
      {isOffered && (
        <button type="button" class="danger" onClick={() => setAsking(true)}>
          {say('release.withdraw')}
        </button>
      )}
      {isAsking && (
        <Confirm
          title={say('release.withdrawTitle', { version })}
          act={say('release.withdraw')}
          isDangerous
          word={version}
          onConfirm={withdraw}
          onClose={() => setAsking(false)}
        >
          <p>{say('release.withdrawText')}</p>
        </Confirm>
      )}
      {done !== undefined && !isAsking && (
        <Withdrawn
          {...{ product, done }}
          onClose={() => {
            setDone(undefined)
            onDone()
          }}
        />
      )}
    </>
  )
}

interface WithdrawnProps {
  readonly product: string
  readonly done: WithdrawnRelease
  readonly onClose: () => void
}

/** What is left: devices that have it keep it, and the metadata without it is signed at the desk. */
function Withdrawn({ product, done, onClose }: WithdrawnProps) {
  const { version, freed, installedOn } = done
  return (
    <Dialog title={say('release.withdrawnNow', { version })} onClose={onClose}>
      {installedOn !== undefined && (
        <p>
          {say('release.installedOn', { count: installedOn.count })}{' '}
          {installedOn.count > 0 && (
            <a href={to.fleet(product, { filter: installedOn.filter })}>
              {say('release.showDevices')}
            </a>
          )}
        </p>
      )}
      {freed.map((one) => (
        <p key={one.version}>
          {say('release.freed', { version: one.version, name: one.entitlement })}
        </p>
      ))}
      <p>{say('release.signWithout')}</p>
      <Command text={`fleetward release withdraw --product ${product} --version ${version}`} />
    </Dialog>
  )
}
