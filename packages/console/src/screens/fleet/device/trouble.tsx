/** One thing that is wrong with a device: what, since when, what it means, and what ends it. */
import type { ComponentChildren } from 'preact'
import { Time } from '../../../pieces/time.tsx'

export interface TroubleProps {
  readonly name: string
  readonly at: number | undefined
  /** The zone of the device, where it is known. */
  readonly zone: string | undefined
  readonly children: ComponentChildren
}

export function Trouble({ name, at, zone, children }: TroubleProps) {
  return (
    <section class="problem" aria-label={name}>
      <p>
        <strong>{name}</strong> · <Time at={at} deviceZone={zone} />
      </p>
      {children}
    </section>
  )
}
