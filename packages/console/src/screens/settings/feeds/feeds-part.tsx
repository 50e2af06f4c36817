/** What others know of vulnerabilities: whether it counts, where it comes from, and when it is fetched next. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import type { Feed, FeedSource } from '../../../api/operator-api.gen.ts'
import { useAsked } from '../../../live/asked.ts'
import { may } from '../../../live/me.ts'
import { Confirm } from '../../../pieces/dialogs/confirm.tsx'
import { Empty } from '../../../pieces/screen/empty.tsx'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { type Column, DataTable } from '../../../pieces/tables/data-table.tsx'
import { Tag, type Tone } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { Told } from '../../../pieces/told/told.tsx'
import { feedWords } from '../../../words/gate-words.ts'
import { say } from '../../../words/say.tsx'
import { durationWords } from '../../../words/time.ts'
import { troubleWords } from '../../../words/trouble-words.ts'
import { NewSourceDialog } from './new-source-dialog.tsx'

const TONES: Readonly<Record<Feed['status'], Tone>> = {
  ...{ fresh: 'good', stale: 'waits', empty: 'bad', controlFailed: 'bad' },
}

export function FeedsPart() {
  const [isAdding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<FeedSource>()
  const live = { events: ['feed.*'], everySeconds: 15 }
  const feeds = useAsked(async (signal) => (await call('GET /feeds', { signal })).value, [], live)
  const sources = useAsked(
    async (signal) => (await call('GET /feed-sources', { signal })).value,
    [],
    live,
  )
  return (
    <>
      <Loaded asked={feeds}>
        {(value) => (
          <DataTable
            id="feeds"
            caption={say('settings.feeds')}
            columns={feedColumns()}
            rows={value}
            keyOf={({ id }) => id}
            empty={
              <Empty title={say('settings.noFeeds')} command="fleetward feeds import --help">
                <p>{say('settings.noFeedsNext')}</p>
              </Empty>
            }
          />
        )}
      </Loaded>
      <h2>{say('settings.sources')}</h2>
      <Loaded asked={sources}>
        {(value) => (
          <DataTable
            id="feed-sources"
            caption={say('settings.sources')}
            columns={sourceColumns(setRemoving)}
            rows={value}
            keyOf={({ feed }) => feed}
            tools={may('feed.manage') && <AddSource onAdd={() => setAdding(true)} />}
            empty={
              <Empty title={say('settings.noSources')}>
                <p>{say('settings.noSourcesNext')}</p>
                {may('feed.manage') && <AddSource onAdd={() => setAdding(true)} />}
              </Empty>
            }
          />
        )}
      </Loaded>
      {isAdding && (
        <NewSourceDialog
          onClose={() => {
            setAdding(false)
            sources.again()
          }}
        />
      )}
      {removing !== undefined && (
        <Confirm
          title={say('settings.removeSource', { feed: removing.feed })}
          act={say('settings.remove')}
          isDangerous
          onClose={() => setRemoving(undefined)}
          onConfirm={async () => {
            await call('DELETE /feed-sources/{feed}', { path: { feed: removing.feed } })
            sources.again()
          }}
        >
          <p>{say('settings.removeSourceText')}</p>
        </Confirm>
      )}
    </>
  )
}

function AddSource({ onAdd }: { readonly onAdd: () => void }) {
  return (
    <button type="button" class="first" onClick={onAdd}>
      {say('settings.addSource')}
    </button>
  )
}

function feedColumns(): readonly Column<Feed>[] {
  return [
    { id: 'id', name: say('settings.feed'), show: ({ id }) => id, text: ({ id }) => id },
    {
      ...{ id: 'status', name: say('settings.state') },
      show: ({ status, cause, facts, sentence }) => (
        <>
          <Tag tone={TONES[status]}>{say(`settings.feed-${status}`)}</Tag>{' '}
          <span class="quiet">
            <Told words={feedWords(cause, facts)} sentence={sentence} />
          </span>
        </>
      ),
      text: ({ status }) => status,
    },
    {
      ...{ id: 'records', name: say('settings.records'), isNumber: true },
      show: ({ records }) => records,
      text: ({ records }) => records,
    },
    {
      ...{ id: 'imported', name: say('settings.imported') },
      show: ({ importedAt }) => <Time at={importedAt} isExact />,
      text: ({ importedAt }) => new Date(importedAt * 1000).toISOString(),
    },
    {
      ...{ id: 'source', name: say('settings.source'), isExtra: true },
      show: ({ source }) => source,
      text: ({ source }) => source,
    },
  ]
}

function sourceColumns(remove: (source: FeedSource) => void): readonly Column<FeedSource>[] {
  return [
    { id: 'feed', name: say('settings.feed'), show: ({ feed }) => feed, text: ({ feed }) => feed },
    {
      ...{ id: 'place', name: say('settings.place') },
      show: ({ place }) => place,
      text: ({ place }) => place,
    },
    {
      ...{ id: 'every', name: say('settings.every') },
      show: ({ everySeconds }) => durationWords(everySeconds),
      text: ({ everySeconds }) => everySeconds,
    },
    {
      ...{ id: 'tried', name: say('settings.lastTry') },
      show: ({ triedAt, outcome, trouble, troubleCode = '', troubleFacts }) => (
        <>
          <Time at={triedAt} /> {outcome !== undefined && say(`settings.fetch-${outcome}`)}{' '}
          {trouble !== undefined && (
            <span class="quiet">
              <Trouble words={troubleWords(troubleCode, troubleFacts)} sentence={trouble} />
            </span>
          )}
        </>
      ),
      text: ({ outcome }) => outcome,
    },
    {
      ...{ id: 'next', name: say('settings.nextTry') },
      show: ({ nextAt }) => <Time at={nextAt} />,
      text: ({ nextAt }) => nextAt,
    },
    ...(may('feed.manage')
      ? [
          {
            ...{ id: 'act', name: say('settings.act') },
            show: (source: FeedSource) => (
              <button type="button" onClick={() => remove(source)}>
                {say('settings.remove')}
              </button>
            ),
            text: () => '',
          },
        ]
      : []),
  ]
}

/** The server's own sentence has what the words alone do not say, so it stays in every language. */
function Trouble({ words, sentence }: { readonly words: string | undefined; sentence: string }) {
  return (
    <>
      {words !== undefined && `${words} ${say('pieces.serverSays')} `}
      <span lang="en">{sentence}</span>
    </>
  )
}
