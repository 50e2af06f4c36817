/** Signed metadata that is not published yet: what it would publish, and what it waits for. */
import { to } from '../../../addresses.ts'
import type { RoleState, SigningState } from '../../../api/operator-api.gen.ts'
import { may } from '../../../live/me.ts'
import { Command } from '../../../pieces/command.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { say, sayWith } from '../../../words/say.tsx'

const FILES_SHOWN_MAX_COUNT = 8

export interface WaitingCardProps {
  readonly product: string
  readonly state: SigningState
}

export function WaitingCard({ product, state: { roles, signAnew } }: WaitingCardProps) {
  const waiting = roles.filter(({ state }) => state === 'waiting')
  if (waiting.length === 0) return null
  return (
    <section class="card" aria-labelledby="waiting">
      <h2 id="waiting">{say('releases.waiting')}</h2>
      {waiting.map((role) => (
        <Waiting key={role.role} {...{ product, role }} isSigned={signAnew.length === 0} />
      ))}
      {signAnew.map((role) => (
        <div key={role} class="stack">
          <p>
            <Tag tone="waits">{say('releases.signaturesMissing')}</Tag>{' '}
            {say('releases.signAnew', { role })}
          </p>
          <Command text={`fleetward repository renew --product ${product} --role ${role}`} />
          <Command text={`fleetward sign ${product}/${role} --key <name>`} />
        </div>
      ))}
    </section>
  )
}

interface WaitingProps {
  readonly product: string
  readonly role: RoleState
  readonly isSigned: boolean
}

function Waiting({ product, role, isSigned }: WaitingProps) {
  const { missing, versions } = role
  const rest = missing.length - FILES_SHOWN_MAX_COUNT
  return (
    <div class="stack">
      <p>
        <Tag tone="waits">{say('releases.state-waiting')}</Tag>{' '}
        {say('releases.waitingRole', { role: role.role, version: String(role.version) })}
      </p>
      {versions.length > 0 && (
        <p>
          {say('releases.wouldPublish')}{' '}
          {versions.map((version, index) => (
            <span key={version}>
              {index > 0 && ', '}
              <a href={to.release(product, version)}>{version}</a>
            </span>
          ))}
        </p>
      )}
      {missing.length > 0 && (
        <>
          <p>{say('releases.missingFiles', { count: missing.length })}</p>
          <ul class="release-files">
            {missing.slice(0, FILES_SHOWN_MAX_COUNT).map(({ path, sha256 }) => (
              <li key={`${path} ${sha256}`}>
                <code>{path}</code>
              </li>
            ))}
            {rest > 0 && <li>{say('releases.andMore', { count: rest })}</li>}
          </ul>
          {may('release.publish', product) && (
            <Command text={publishCommand(product, versions[0])} />
          )}
        </>
      )}
      {missing.length === 0 && isSigned && versions[0] !== undefined && (
        <p>
          {sayWith('releases.heldBack', {
            gate: <a href={`${to.release(product, versions[0])}#gate`}>{say('release.gate')}</a>,
          })}
        </p>
      )}
    </div>
  )
}

function publishCommand(product: string, version: string | undefined): string {
  return version === undefined
    ? `fleetward repository publish --product ${product}`
    : `fleetward release publish --product ${product} --version ${version}`
}
