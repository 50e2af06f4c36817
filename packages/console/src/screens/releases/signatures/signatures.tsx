/** Of each role: which of its keys signed what is published or waits, how many are needed, and until when it holds. */
import type { RoleState } from '../../../api/operator-api.gen.ts'
import { type Column, DataTable } from '../../../pieces/tables/data-table.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'
import { KeyId } from './key-id.tsx'

export function Signatures({ roles }: { readonly roles: readonly RoleState[] }) {
  return (
    <div class="stack">
      <h2 id="signatures">{say('releases.signatures')}</h2>
      <DataTable
        id="signatures"
        caption={say('releases.signatures')}
        columns={columns()}
        rows={roles}
        keyOf={({ role, state, version }) => `${role} ${state} ${version}`}
      />
    </div>
  )
}

const signedCount = ({ signers }: RoleState) =>
  signers?.keys.filter(({ hasSigned }) => hasSigned).length ?? 0

function columns(): readonly Column<RoleState>[] {
  return [
    {
      ...{ id: 'role', name: say('releases.role') },
      show: ({ role, version }) => (
        <span class="release-role">
          {role} {version}
        </span>
      ),
      text: ({ role, version }) => `${role} ${version}`,
    },
    {
      ...{ id: 'state', name: say('releases.state') },
      show: ({ state }) => (
        <Tag tone={state === 'published' ? 'good' : 'waits'}>{say(`releases.state-${state}`)}</Tag>
      ),
      text: ({ state }) => state,
    },
    {
      ...{ id: 'signed', name: say('releases.signedBy') },
      show: (role) => <SignedBy role={role} />,
      text: (role) => `${signedCount(role)}/${role.signers?.threshold ?? ''}`,
    },
    {
      ...{ id: 'keys', name: say('releases.keys') },
      show: ({ signers }) => (
        <ul class="release-keys">
          {signers?.keys.map(({ keyId, kind, hasSigned }) => (
            <li key={keyId}>
              <KeyId keyId={keyId} />{' '}
              <span class="quiet">
                {kind ?? say('releases.unknownKind')}
                {' · '}
                {say(hasSigned ? 'releases.hasSigned' : 'releases.hasNotSigned')}
              </span>
            </li>
          ))}
        </ul>
      ),
      text: ({ signers }) =>
        signers?.keys.map(({ keyId, hasSigned }) => `${keyId}${hasSigned ? ' +' : ' -'}`).join(' '),
    },
    {
      ...{ id: 'expires', name: say('releases.expires') },
      show: ({ expires }) => <Time at={expires} />,
      text: ({ expires }) => new Date(expires * 1000).toISOString(),
    },
  ]
}

function SignedBy({ role }: { readonly role: RoleState }) {
  const { signers } = role
  if (signers === undefined) return <Tag tone="bad">{say('releases.noDelegator')}</Tag>
  const [count, needed] = [signedCount(role), signers.threshold]
  const words = say('releases.signedOf', { signed: count, keys: signers.keys.length, needed })
  return <Tag tone={count >= needed ? 'good' : 'bad'}>{words}</Tag>
}
