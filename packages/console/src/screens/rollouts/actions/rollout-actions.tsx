/** What can be done to a rollout now: what can be taken back at once, the rest after a question. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import type { RolloutInFull } from '../../../api/operator-api.gen.ts'
import { useDoing } from '../../../live/doing.ts'
import { may } from '../../../live/me.ts'
import { Confirm } from '../../../pieces/dialogs/confirm.tsx'
import { ProblemNote } from '../../../pieces/told/problem-note.tsx'
import { announce } from '../../../pieces/told/said.tsx'
import { say } from '../../../words/say.tsx'
import { summed } from '../columns/rollout-columns.ts'
import { planOf } from '../plan/rollout-plan.ts'
import { DeadlineDialog } from './deadline-dialog.tsx'
import { type Move, movesOf } from './rollout-moves.ts'
import { WidenDialog } from './widen-dialog.tsx'

export interface RolloutActionsProps {
  readonly product: string
  readonly rollout: RolloutInFull
  /** Of what is shown. */
  readonly etag: string
  readonly again: () => void
}

type Step = Exclude<Move, 'widen' | 'deadline'>

/** Done at once: each has its way back beside it. */
const AT_ONCE: readonly Move[] = ['start', 'pause']
const FIRST: readonly Move[] = ['start', 'resume']
const DANGEROUS: readonly Move[] = ['stop', 'withdraw']

export function RolloutActions({ product, rollout, etag, again }: RolloutActionsProps) {
  const [asking, setAsking] = useState<{ readonly move: Move; readonly etag: string }>()
  const doing = useDoing()
  if (!may('rollout.control', product)) return null
  const { id, release, cohort } = rollout
  const total = summed([...rollout.groups.map(({ columns }) => columns), rollout.late])
  const path = { product, id }
  const move = (step: Step) =>
    call(`POST /products/{product}/rollouts/{id}/${step}`, { path }).finally(again)
  const atOnce = async (step: Step) => {
    if (!(await doing.run(() => move(step)))) return
    const back = step === 'pause' ? 'resume' : 'pause'
    announce(say(`rollouts.done-${step as 'start' | 'pause'}`), {
      label: say(`rollouts.move-${back}`),
      run: () => void doing.run(() => move(back)),
    })
  }
  const close = () => setAsking(undefined)
  const asked = asking?.move
  const isStep = asked !== undefined && asked !== 'widen' && asked !== 'deadline'
  return (
    <>
      {doing.error !== undefined && <ProblemNote error={doing.error} />}
      <fieldset class="actions rollout-actions">
        <legend class="unseen">{say('rollouts.actions')}</legend>
        {movesOf(rollout, planOf(rollout), total).map((one) => (
          <button
            key={one}
            type="button"
            class={FIRST.includes(one) ? 'first' : undefined}
            disabled={doing.isBusy}
            onClick={() =>
              AT_ONCE.includes(one) ? void atOnce(one as Step) : setAsking({ move: one, etag })
            }
          >
            {say(`rollouts.move-${one}`)}
          </button>
        ))}
      </fieldset>
      {isStep && (
        <Confirm
          title={say(`rollouts.ask-${asked as Exclude<Step, 'start' | 'pause'>}`, {
            release,
            cohort,
          })}
          act={say(`rollouts.move-${asked}`)}
          isDangerous={DANGEROUS.includes(asked)}
          {...(DANGEROUS.includes(asked) ? { word: release } : {})}
          canUndo={asked !== 'withdraw'}
          onConfirm={() => move(asked)}
          onClose={close}
        >
          <p>{say(`rollouts.means-${asked as Exclude<Step, 'start' | 'pause'>}`)}</p>
        </Confirm>
      )}
      {asked === 'widen' && (
        <WidenDialog {...{ product, rollout, again }} etag={asking?.etag ?? etag} onClose={close} />
      )}
      {asked === 'deadline' && (
        <DeadlineDialog
          {...{ product, rollout, again }}
          etag={asking?.etag ?? etag}
          onClose={close}
        />
      )}
    </>
  )
}
