/** Nobody is there, or nobody is meant: each with its next step. */
import { to } from '../../addresses.ts'
import { Empty } from '../../pieces/screen/empty.tsx'
import { say } from '../../words/say.tsx'

export interface NoDevicesProps {
  readonly product: string
  readonly isFiltered: boolean
}

export function NoDevices({ product, isFiltered }: NoDevicesProps) {
  if (isFiltered) {
    return (
      <Empty title={say('fleet.noneMeant')}>
        <p>{say('fleet.noneMeantNext')}</p>
        <a href={to.fleet(product)}>{say('fleet.showAll')}</a>
      </Empty>
    )
  }
  return (
    <Empty
      title={say('fleet.none')}
      command={`fleetward devices expect lumen-0001 --product ${product} --token-out lumen-0001.token`}
    >
      <p>{say('fleet.noneNext')}</p>
    </Empty>
  )
}
