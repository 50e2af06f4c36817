/** What the server keeps for how long, its sealed way in, and where reports of vulnerabilities go. */
import { to } from '../../addresses.ts'
import { call } from '../../api/call.ts'
import { useAsked } from '../../live/asked.ts'
import { mayAnywhere } from '../../live/me.ts'
import { Command } from '../../pieces/command.tsx'
import { Loaded } from '../../pieces/screen/loaded.tsx'
import { Time } from '../../pieces/time.tsx'
import { say } from '../../words/say.tsx'

const KEPT = [
  ...([
    'reportsDays',
    'commandsDays',
    'signInsDays',
    'staysDays',
    'eventsDays',
    'deliveriesDays',
  ] as const),
  'auditDays',
] as const

export function ServerPart() {
  return (
    <div class="cards">
      <Kept />
      <SealedWay />
      {mayAnywhere('disclosure.read') && <Contact />}
    </div>
  )
}

function Kept() {
  const retention = useAsked(async (signal) => (await call('GET /retention', { signal })).value, [])
  return (
    <section class="card">
      <h2>{say('settings.kept')}</h2>
      <Loaded asked={retention}>
        {(value) => (
          <>
            <dl class="facts">
              {KEPT.map((what) => (
                <>
                  <dt>{say(`settings.kept-${what}`)}</dt>
                  <dd>
                    {value[what] === 0
                      ? say('settings.forever')
                      : say('settings.days', { count: value[what] })}
                  </dd>
                </>
              ))}
            </dl>
            {value.hold && <p>{say('settings.hold')}</p>}
            <p class="quiet">{say('settings.keptWhere')}</p>
          </>
        )}
      </Loaded>
    </section>
  )
}

function SealedWay() {
  const sealed = useAsked(
    async (signal) => (await call('GET /break-glass', { signal })).value,
    [],
    {
      events: ['security.*'],
    },
  )
  return (
    <section class="card">
      <h2>{say('settings.breakGlass')}</h2>
      <Loaded asked={sealed}>
        {({ sealedAt, uses }) => (
          <>
            {sealedAt === undefined ? (
              <>
                <p>{say('settings.notSealed')}</p>
                <Command text="fleetward-server break-glass --help" />
              </>
            ) : (
              <p>
                {say('settings.sealed')} <Time at={sealedAt} isExact />
              </p>
            )}
            {uses.length > 0 && (
              <ul class="stack">
                {uses.map(({ id, usedAt, usedFrom, acknowledgedAt }) => (
                  <li key={id}>
                    {say('settings.sealedUsed')} <Time at={usedAt} isExact /> {usedFrom}{' '}
                    {acknowledgedAt === undefined && <strong>{say('settings.notSeen')}</strong>}
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

function Contact() {
  const settings = useAsked(
    async (signal) => (await call('GET /disclosure/settings', { signal })).value,
    [],
    { events: ['disclosure.*'] },
  )
  return (
    <section class="card">
      <h2>{say('settings.contact')}</h2>
      <Loaded asked={settings}>
        {({ isSetUp, organisation, contacts, expiresAt, acknowledgeHours, assessHours }) =>
          isSetUp ? (
            <>
              <dl class="facts">
                <dt>{say('settings.organisation')}</dt>
                <dd>{organisation}</dd>
                <dt>{say('settings.contacts')}</dt>
                <dd>{contacts.join(', ')}</dd>
                <dt>{say('settings.acknowledged')}</dt>
                <dd>{say('settings.hours', { count: acknowledgeHours })}</dd>
                <dt>{say('settings.assessed')}</dt>
                <dd>{say('settings.hours', { count: assessHours })}</dd>
                <dt>security.txt</dt>
                <dd>
                  <Time at={expiresAt} isExact />
                </dd>
              </dl>
              <a href={to.reports()}>{say('screens.reports')}</a>
            </>
          ) : (
            <>
              <p>{say('settings.noContact')}</p>
              <Command text="fleetward disclosure contact --help" />
            </>
          )
        }
      </Loaded>
    </section>
  )
}
