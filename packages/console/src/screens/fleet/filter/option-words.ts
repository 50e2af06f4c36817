/** What an option of the filter means, said beside it. */
import { say, sayIfKnown } from '../../../words/say.tsx'
import { updateStanding } from '../device-standing.ts'
import type { Option } from './complete-filter.ts'

const OPERATORS: Readonly<Record<string, string>> = {
  ...{ '=': 'equal', '!=': 'unequal', '<': 'less', '<=': 'atMost', '>': 'more', '>=': 'atLeast' },
  ...{ '~': 'begins', in: 'in', 'not in': 'notIn', and: 'and', or: 'or', not: 'not', has: 'has' },
}

export function optionWords({ text, kind, field }: Option): string {
  switch (kind) {
    case 'field':
      return sayIfKnown('filter', `field-${text}`) ?? ''
    case 'attribute':
      return say(text.startsWith('attr.') ? 'filter.attribute' : 'filter.inventory')
    case 'value':
      return valueWords(text, field)
    default:
      return sayIfKnown('filter', `operator-${OPERATORS[text] ?? text}`) ?? ''
  }
}

function valueWords(text: string, field: string | undefined): string {
  if (field === 'state')
    return say(updateStanding({ state: text as 'idle' })?.key ?? 'standing.unheard')
  if (field === 'waitingFor') return say(updateStanding({ waitingFor: text as 'start' }).key)
  if (field === 'failureCode') return sayIfKnown('code', text) ?? ''
  return ''
}
