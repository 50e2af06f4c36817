/** What the viewer is told by mail; and for who runs the server, whether mails go out at all. */
import { call } from '../../api/call.ts'
import type { MailTopicsOff } from '../../api/operator-api.gen.ts'
import { useAsked } from '../../live/asked.ts'
import { useDoing } from '../../live/doing.ts'
import { may } from '../../live/me.ts'
import { usePages } from '../../live/pages.ts'
import { Empty } from '../../pieces/screen/empty.tsx'
import { Loaded } from '../../pieces/screen/loaded.tsx'
import { PagedTable } from '../../pieces/tables/paged-table.tsx'
import { Time } from '../../pieces/time.tsx'
import { ProblemNote } from '../../pieces/told/problem-note.tsx'
import { announce } from '../../pieces/told/said.tsx'
import { say } from '../../words/say.tsx'

export function MailPart() {
  return (
    <>
      <Topics />
      {may('mail.manage') && <Outbox />}
    </>
  )
}

function Topics() {
  const topics = useAsked(
    async (signal) => (await call('GET /me/mail-topics', { signal })).value,
    [],
  )
  const doing = useDoing()
  const turn = (off: MailTopicsOff['off']) =>
    doing.run(async () => {
      await call('POST /me/mail-topics', { body: { off } })
      announce(say('settings.topicsSaved'))
      topics.again()
    })
  return (
    <Loaded asked={topics}>
      {({ address, topics: all }) => (
        <section class="card">
          <h2>{say('settings.ownMail')}</h2>
          <p>{address === undefined ? say('settings.noAddress') : address}</p>
          {all.map(({ topic, isOn, isSwitchable }) => (
            <label key={topic} class="check">
              <input
                type="checkbox"
                checked={isOn}
                disabled={!isSwitchable || doing.isBusy}
                onChange={({ currentTarget }) => {
                  const off = all
                    .filter((it) => (it.topic === topic ? !currentTarget.checked : !it.isOn))
                    .flatMap((it) => (it.topic === 'deadline-passed' ? [] : [it.topic]))
                  void turn(off)
                }}
              />
              {say(`settings.topic-${topic}`)}
            </label>
          ))}
          {doing.error !== undefined && <ProblemNote error={doing.error} />}
        </section>
      )}
    </Loaded>
  )
}

function Outbox() {
  const status = useAsked(
    async (signal) => (await call('GET /mails/status', { signal })).value,
    [],
    {
      everySeconds: 15,
    },
  )
  const mails = usePages(
    (after, signal) => call('GET /mails', { query: { after }, signal }),
    ['mails'],
    { everySeconds: 15 },
  )
  return (
    <>
      <h2>{say('settings.outbox')}</h2>
      <Loaded asked={status}>
        {({ isSetUp, from, waiting, givenUp, subscriptions }) =>
          isSetUp ? (
            <p>{say('settings.mailFrom', { from: from ?? '', waiting, givenUp, subscriptions })}</p>
          ) : (
            <p>{say('settings.mailNotSetUp')}</p>
          )
        }
      </Loaded>
      <PagedTable
        id="mails"
        caption={say('settings.outbox')}
        asked={mails}
        keyOf={({ id }) => id}
        empty={<Empty title={say('settings.noMails')} command="fleetward mails status" />}
        columns={[
          {
            ...{ id: 'at', name: say('settings.when') },
            show: ({ addedAt }) => <Time at={addedAt} isExact />,
            text: ({ addedAt }) => new Date(addedAt * 1000).toISOString(),
          },
          { id: 'to', name: say('settings.to'), show: ({ to }) => to, text: ({ to }) => to },
          {
            ...{ id: 'subject', name: say('settings.subject') },
            show: ({ subject }) => subject,
            text: ({ subject }) => subject,
          },
          {
            ...{ id: 'state', name: say('settings.state') },
            show: ({ state, error }) => (
              <>
                {say(`settings.mail-${state}`)}{' '}
                {error !== undefined && <span lang="en">{error}</span>}
              </>
            ),
            text: ({ state }) => state,
          },
        ]}
      />
    </>
  )
}
