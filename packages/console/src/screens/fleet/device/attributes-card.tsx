/** What a device says it is, and what operators say about it: two lists, of which neither overwrites the other. */
import type { Device } from '../../../api/operator-api.gen.ts'
import { say } from '../../../words/say.tsx'
import { shownText } from '../shown-text.ts'
import { Card, Facts } from './card.tsx'

export function AttributesCard({ device }: { readonly device: Device }) {
  const { attributes, inventory = {} } = device
  return (
    <Card title={say('device.attributes')}>
      <h3>{say('device.setByOperators')}</h3>
      <Pairs pairs={attributes} none={say('device.noAttributes')} />
      <h3>{say('device.reportedByDevice')}</h3>
      <Pairs pairs={inventory} none={say('device.noInventory')} />
    </Card>
  )
}

interface PairsProps {
  readonly pairs: Readonly<Record<string, string | number | boolean>>
  readonly none: string
}

function Pairs({ pairs, none }: PairsProps) {
  const entries = Object.entries(pairs).toSorted(([a], [b]) => (a < b ? -1 : 1))
  if (entries.length === 0) return <p class="quiet">{none}</p>
  return (
    <Facts
      facts={entries.map(([name, value]) => ({ name: shownText(name), value: shownText(value) }))}
    />
  )
}
