/** The next stage of a case, by its clocks: a list names the time alone. */
import { call } from '../../../api/call.ts'
import type { Case } from '../../../api/operator-api.gen.ts'
import { useAsked } from '../../../live/asked.ts'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'
import { nextClock } from './clock-words.ts'
import { Due } from './due.tsx'

export function NextDue({ of }: { readonly of: Case }) {
  const { id, dueAt, closedAt, zone, isDrill } = of
  const asked = useAsked(
    async (signal) =>
      dueAt === undefined
        ? undefined
        : (await call('GET /cases/{id}', { path: { id }, signal })).value,
    [id, of.revision],
  )
  if (closedAt !== undefined) {
    return (
      <span class="quiet">
        {say('cases.closed')} <Time at={closedAt} />
      </span>
    )
  }
  if (dueAt === undefined) return <span class="quiet">{say('cases.nothingDue')}</span>
  const clock = nextClock(asked.value?.clocks ?? [])
  const now = isDrill ? asked.value?.now : undefined
  const isOver = (now ?? Date.now() / 1000) > dueAt
  return (
    <div class="next-due">
      {clock !== undefined && (
        <Tag tone={isOver && !isDrill ? 'bad' : 'waits'}>{say(`cases.stage_${clock.stage}`)}</Tag>
      )}
      <Due at={dueAt} now={now} zone={zone} />
    </div>
  )
}
