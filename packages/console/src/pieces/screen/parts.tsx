/** Parts of one thing, each at its own address; where one is, is marked. */
import { useHereInSight } from './in-sight.ts'

export interface Part {
  readonly name: string
  readonly href: string
  readonly isHere: boolean
}

export interface PartsProps {
  readonly label: string
  readonly parts: readonly Part[]
}

export function Parts({ label, parts }: PartsProps) {
  const around = useHereInSight(parts.find(({ isHere }) => isHere)?.href ?? '')
  return (
    <nav ref={around} class="parts" aria-label={label}>
      {parts.map(({ name, href, isHere }) => (
        <a key={href} href={href} aria-current={isHere ? 'page' : undefined}>
          {name}
        </a>
      ))}
    </nav>
  )
}
