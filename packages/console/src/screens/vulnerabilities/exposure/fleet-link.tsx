/** A number that leads to the devices behind it, where a filter can say which they are. */
import type { ComponentChildren } from 'preact'
import { to } from '../../../addresses.ts'

export interface FleetLinkProps {
  readonly product: string
  readonly filter: string | undefined
  readonly children: ComponentChildren
}

export function FleetLink({ product, filter, children }: FleetLinkProps) {
  if (filter === undefined) return <>{children}</>
  return <a href={to.fleet(product, { filter })}>{children}</a>
}
