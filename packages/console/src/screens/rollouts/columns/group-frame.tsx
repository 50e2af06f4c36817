/** Groups of a rollout with their numbers: a table, and on a phone a list of names with numbers (rollouts.css). */
import type { ComponentChildren } from 'preact'
import { Scrolling } from '../../../pieces/screen/scrolling.tsx'
import { say } from '../../../words/say.tsx'

export interface GroupFrameProps {
  readonly title: string
  /** What is counted, after the group and how many devices it has. */
  readonly numbers: readonly string[]
  /** Heads of what is said in words behind the numbers. */
  readonly further?: readonly string[]
  /** Body and foot of the table; each cell names its column as `data-name`. */
  readonly children: ComponentChildren
  /** Below the table. */
  readonly below?: ComponentChildren
}

export function GroupFrame({ title, numbers, further = [], children, below }: GroupFrameProps) {
  return (
    <section class="table-frame">
      <h2>{title}</h2>
      <Scrolling class="table-scroll" label={title}>
        <table class="rollout-groups">
          <thead>
            <tr>
              <th scope="col">{say('rollouts.group')}</th>
              {[say('rollouts.devices'), ...numbers].map((name) => (
                <th key={name} scope="col" class="number">
                  {name}
                </th>
              ))}
              {further.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          {children}
        </table>
      </Scrolling>
      {below}
    </section>
  )
}
