/** What leads on from a step: a link, or the command for what only the desk can do. */
import { to } from '../../addresses.ts'
import { Command } from '../../pieces/command.tsx'
import { say } from '../../words/say.tsx'
import { ownRollout, releaseToRollOut, type Standing, type Step } from './steps.ts'

export interface StepNextProps {
  readonly step: Step
  readonly standing: Standing
  readonly isDone: boolean
}

export function StepNext({ step, standing, isDone }: StepNextProps) {
  const { product } = standing
  if (step === 'passkey') return <a href="/account">{say('guide.passkey-link')}</a>
  if (step === 'product' && product === undefined) {
    return (
      <Command text="fleetward products create my-product --save-server-keys server-keys.json" />
    )
  }
  if (product === undefined) return null
  const own = ownRollout(standing)
  switch (step) {
    case 'product':
      return <a href={to.product(product)}>{product}</a>
    case 'devices':
      return (
        <a href={to.fleet(product)}>{say('guide.devices-link', { count: standing.devices })}</a>
      )
    case 'release':
      return isDone ? (
        <a href={to.releases(product)}>{say('screens.releases')}</a>
      ) : (
        <Command text="fleetward release create --help" />
      )
    case 'rollout': {
      const release = releaseToRollOut(standing)
      return (
        <>
          {!isDone && <p class="quiet">{todayWords()}</p>}
          <p class="row">
            {own !== undefined && <a href={to.rollout(product, own.id)}>{own.id}</a>}
            <a
              class={isDone ? 'button' : 'button first'}
              href={to.newRollout(product, { release: release?.version })}
            >
              {release === undefined
                ? say('guide.rollout-link')
                : say('guide.rollout-of', { release: release.version })}
            </a>
          </p>
        </>
      )
    }
    case 'watch':
      return own === undefined ? null : (
        <a class="button" href={to.rollout(product, own.id)}>
          {say('guide.watch-link')}
        </a>
      )
    case 'why':
      return (
        <a
          class="button"
          href={to.fleet(product, {
            filter: own === undefined ? undefined : `version != ${own.release}`,
          })}
        >
          {say('guide.why-link')}
        </a>
      )
    case 'advisory':
      return (
        <a class="button" href={to.advisories(product)}>
          {say('guide.advisory-link')}
        </a>
      )
  }
}

/** New functions take a day and a night unless somebody says otherwise, and this one is to be watched. */
function todayWords(): string {
  return say('guide.rollout-today', {
    devices: say('newRollout.step-devices'),
    group: say('newRollout.allAtOnce'),
    care: say('newRollout.step-care'),
    clock: say('newRollout.whoseClock'),
    none: say('newRollout.windowKind-none'),
    approval: say('newRollout.step-approval'),
    start: say('newRollout.startsItself'),
  })
}
