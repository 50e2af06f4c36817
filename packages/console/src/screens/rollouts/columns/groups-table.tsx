/**
 * The devices of each group by where they stand. Each number leads to the devices behind it. Where the columns have no
 * room side by side, each number has its name beside it (rollouts.css).
 */
import { to } from '../../../addresses.ts'
import type { RolloutColumns, RolloutInFull } from '../../../api/operator-api.gen.ts'
import { numberWords, say, sayIfKnown } from '../../../words/say.tsx'
import { planOf } from '../plan/rollout-plan.ts'
import { membersWords } from '../rollout-words.ts'
import { GroupFrame } from './group-frame.tsx'
import { ReportedCounts } from './reported-counts.tsx'
import { type ColumnName, devicesIn, shownColumns, summed } from './rollout-columns.ts'

export interface GroupsTableProps {
  readonly product: string
  readonly rollout: RolloutInFull
  readonly chosen: Readonly<Record<string, string>>
}

export function GroupsTable({ product, rollout, chosen }: GroupsTableProps) {
  const { id, groups, late, openGroup, state } = rollout
  const plan = planOf(rollout)
  const rows = groups.map(({ name, columns }, index) => ({
    ...{ name, columns, isOpen: index <= openGroup && state !== 'withdrawn' },
    members: plan.groups[index]?.members,
  }))
  const total = summed([...groups.map(({ columns }) => columns), late])
  const shown = shownColumns(total)
  const inWords = (column: ColumnName) => sayIfKnown('rolloutColumns', column) ?? column
  const devices = (columns: RolloutColumns) => (
    <td class="number" data-name={say('rollouts.devices')}>
      {numberWords(devicesIn(columns))}
    </td>
  )
  const cells = (columns: RolloutColumns, group?: string) =>
    shown.map((column) => (
      <td key={column} class="number" data-name={inWords(column)}>
        {columns[column] === 0 ? (
          <span class="quiet">0</span>
        ) : (
          <a
            href={to.rollout(product, id, { column, group })}
            aria-current={chosen.column === column && chosen.group === group ? 'true' : undefined}
            aria-label={say('rollouts.devicesBehind', {
              ...{ count: columns[column], group: group ?? say('rollouts.allGroups') },
              column: inWords(column),
            })}
          >
            {numberWords(columns[column])}
          </a>
        )}
      </td>
    ))
  return (
    <GroupFrame
      title={say('rollouts.groups')}
      numbers={shown.map(inWords)}
      below={<ReportedCounts {...{ product, rollout }} />}
    >
      <tbody>
        {rows.map(({ name, columns, isOpen, members }) => (
          <tr key={name}>
            <th scope="row">
              {name}{' '}
              <span class="quiet">
                {members === undefined ? '' : membersWords(members, rows.length === 1)}
                {isOpen ? '' : ` · ${say('rollouts.notOpen')}`}
              </span>
            </th>
            {devices(columns)}
            {cells(columns, name)}
          </tr>
        ))}
        {devicesIn(late) > 0 && (
          <tr>
            <th scope="row">{say('rollouts.late')}</th>
            {devices(late)}
            {shown.map((column) => (
              <td key={column} class="number" data-name={inWords(column)}>
                {numberWords(late[column])}
              </td>
            ))}
          </tr>
        )}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{say('rollouts.allGroups')}</th>
          {devices(total)}
          {cells(total)}
        </tr>
      </tfoot>
    </GroupFrame>
  )
}
