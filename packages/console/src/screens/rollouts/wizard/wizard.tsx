/**
 * The steps of a new rollout. Nothing is created before the last button: each step is checked by the server's preview, which
 * creates nothing, and what was typed stays in this tab over a reload and a session that ended.
 */

import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useLocation, useRoute } from 'preact-iso'
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import { Refused } from '../../../api/refused.ts'
import { useDoing } from '../../../live/doing.ts'
import { ProblemNote } from '../../../pieces/told/problem-note.tsx'
import { announce } from '../../../pieces/told/said.tsx'
import { say } from '../../../words/say.tsx'
import { bodyOf, type Draft, newDraft } from './draft.ts'
import {
  firstStepOf,
  isStep,
  type Mistakes,
  mistakesOf,
  STEPS,
  type Step,
  upTo,
} from './draft-steps.ts'
import { forgetDraft, keepDraft, keptDraft } from './draft-store.ts'
import { ApprovalStep } from './step-approval.tsx'
import { CareStep } from './step-care.tsx'
import { DevicesStep } from './step-devices.tsx'
import { OwnersStep } from './step-owners.tsx'
import { PreviewStep } from './step-preview.tsx'
import { ReleaseStep } from './step-release.tsx'
import type { Choices, StepProps } from './wizard-step.ts'

const SHOWN: Readonly<Record<Step, (props: StepProps) => preact.JSX.Element>> = {
  ...{ release: ReleaseStep, devices: DevicesStep, care: CareStep },
  ...{ owners: OwnersStep, approval: ApprovalStep, preview: PreviewStep },
}
const NONE: Mistakes = new Map()

export function Wizard({ product, choices }: { product: string; choices: Choices }) {
  const { query } = useRoute()
  const { route } = useLocation()
  const [draft, setDraft] = useState(() => begun(product, choices, query.release))
  const [mistakes, setMistakes] = useState(NONE)
  const doing = useDoing()
  const heading = useRef<HTMLHeadingElement>(null)
  const wanted = query.step
  const step: Step = isStep(wanted) ? wanted : 'release'
  const index = STEPS.indexOf(step)
  useLayoutEffect(() => keepDraft(product, draft), [product, draft])
  const go = (next: Step) => {
    doing.forget()
    route(to.newRollout(product, { step: next }))
  }
  // Where a step begins, for whoever goes by keyboard or hears the page.
  const shown = useRef(step)
  useLayoutEffect(() => {
    if (shown.current !== step) heading.current?.focus()
    shown.current = step
  }, [step])
  const change = (changed: Partial<Draft>) => setDraft((before) => ({ ...before, ...changed }))

  /** True when nothing stands in the way up to this step; what later steps are to say may be missing. */
  const check = (asked: Step) =>
    doing.run(async () => {
      setMistakes(NONE)
      try {
        const path = { product }
        await call('POST /products/{product}/rollouts/preview', { path, body: bodyOf(draft) })
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        const all = mistakesOf(error)
        const found = upTo(all, asked)
        setMistakes(found)
        const first = firstStepOf(found)
        if (first !== undefined && first !== step) go(first)
        if (found.size > 0 || all.size === 0) throw error
      }
    })
  const forward = async () => {
    const next = STEPS[index + 1]
    if (next !== undefined && (await check(next === 'preview' ? 'preview' : step))) go(next)
  }
  const create = () =>
    doing.run(async () => {
      const { value } = await call('POST /products/{product}/rollouts', {
        ...{ path: { product }, body: bodyOf(draft, draft.startsItself) },
      })
      forgetDraft(product)
      announce(say('newRollout.created'))
      route(to.rollout(product, value.id))
    })
  const startAnew = () => {
    setMistakes(NONE)
    setDraft(newDraft(choices.releases[0]?.kind))
    go('release')
    heading.current?.focus()
  }
  const Shown = SHOWN[step]
  const isLast = step === 'preview'
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        if (!doing.isBusy) void (isLast ? create() : forward())
      }}
    >
      <ol class="wizard-steps">
        {STEPS.map((one, place) => (
          <li key={one}>
            <button
              type="button"
              aria-current={one === step ? 'step' : undefined}
              disabled={place > index}
              onClick={() => go(one)}
            >
              {place + 1}. {say(`newRollout.step-${one}`)}
            </button>
          </li>
        ))}
      </ol>
      <h2 ref={heading} tabIndex={-1}>
        {say(`newRollout.step-${step}`)}
      </h2>
      <p class="quiet">{say(`newRollout.about-${step}`)}</p>
      <Shown {...{ product, choices, draft, change, mistakes }} />
      {doing.error !== undefined && <ProblemNote error={doing.error} />}
      <div class="row">
        {index > 0 && (
          <button type="button" onClick={() => go(STEPS[index - 1] ?? 'release')}>
            {say('newRollout.back')}
          </button>
        )}
        <button type="submit" class="first" disabled={doing.isBusy}>
          {say(isLast ? 'newRollout.create' : 'newRollout.next')}
        </button>
        <button type="button" class="plain" onClick={startAnew}>
          {say('newRollout.anew')}
        </button>
      </div>
    </form>
  )
}

/** What was typed before, unless a link asks for another release. */
function begun(product: string, { releases }: Choices, asked: string | undefined): Draft {
  const chosen = releases.find(({ version }) => version === asked)
  const kept = keptDraft(product, newDraft(undefined))
  if (kept !== undefined && (chosen === undefined || kept.release === chosen.version)) return kept
  return newDraft(chosen?.kind, chosen?.version)
}
