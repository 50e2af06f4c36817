/** The first steps: what is done, what comes next, and where; from the first passkey to a rollout that was watched. */
import { useLocation } from 'preact-iso'
import { to } from '../../addresses.ts'
import { useAsked } from '../../live/asked.ts'
import { may } from '../../live/me.ts'
import { products } from '../../live/products.ts'
import { Loaded } from '../../pieces/screen/loaded.tsx'
import { Screen } from '../../pieces/screen/screen.tsx'
import { Tag } from '../../pieces/tag.tsx'
import { say } from '../../words/say.tsx'
import { askStanding } from './standing.ts'
import { StepNext } from './step-next.tsx'
import { doneSteps, needOf, nextStep, STEPS, type Step } from './steps.ts'
import './guide.css'

const EVERY_SECONDS = 5

export function GuideScreen() {
  const { query } = useLocation()
  const product = query.product ?? products.value?.[0]?.id
  const standing = useAsked((signal) => askStanding(product, signal), [product], {
    events: ['product.*', 'release.*', 'rollout.*', 'advisory.*', 'device.enrolled'],
    everySeconds: EVERY_SECONDS,
  })
  return (
    <Screen title={say('screens.guide')} about={say('guide.about')}>
      <Loaded asked={standing}>
        {(value) => {
          const done = doneSteps(value)
          const closed = new Set(STEPS.filter((step) => !isOpen(step, value.product)))
          const next = nextStep(done, closed)
          return (
            <ol class="steps">
              {STEPS.map((step) => (
                <li key={step} class="card" aria-current={step === next ? 'step' : undefined}>
                  <h2>{say(`guide.${step}`)}</h2>
                  <p>
                    {done.has(step) ? (
                      <Tag tone="good">{say('guide.done')}</Tag>
                    ) : (
                      <Tag tone={step === next ? 'busy' : 'quiet'}>
                        {say(closed.has(step) ? 'guide.notYours' : notDone(step, next))}
                      </Tag>
                    )}
                  </p>
                  <p>{say(`guide.${step}-text`)}</p>
                  {!closed.has(step) && (
                    <StepNext step={step} standing={value} isDone={done.has(step)} />
                  )}
                </li>
              ))}
            </ol>
          )
        }}
      </Loaded>
      <p>
        <a href={to.now()}>{say('guide.now')}</a>
      </p>
    </Screen>
  )
}

function isOpen(step: Step, product: string | undefined): boolean {
  const need = needOf(step)
  return need === undefined || product === undefined || may(need, product)
}

function notDone(step: Step, next: Step | undefined) {
  if (step === next) return 'guide.next'
  return step === 'why' ? 'guide.anyTime' : 'guide.later'
}
