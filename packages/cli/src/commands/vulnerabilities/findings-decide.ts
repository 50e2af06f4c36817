/** `fleetward findings decide`: what a finding means, said by a person. */
import { Option } from 'commander'
import { Refusal } from '../../refusal.ts'
import { repeated, type withExamples } from '../command-line.ts'
import type { OnProduct } from '../devices/device-choice.ts'

export interface DecideOptions extends OnProduct {
  readonly status: string
  readonly justification?: string
  readonly action?: string
  readonly inVersion?: string
  readonly acceptedBy?: string
  readonly reason?: string
  readonly until?: string
  readonly note?: string
  readonly release?: readonly string[]
}

const STATUSES = ['not_affected', 'affected', 'fixed', 'under_investigation', 'accepted']
const JUSTIFICATIONS = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
]

type DecideCommand = ReturnType<typeof withExamples>

export function withDecision(command: DecideCommand): DecideCommand {
  return command
    .addOption(new Option('--status <word>', 'what it is').choices(STATUSES).makeOptionMandatory())
    .addOption(new Option('--justification <word>', 'why not').choices(JUSTIFICATIONS))
    .option('--action <text>', 'what users can do, where they are affected')
    .option('--in-version <version>', 'of the product: the one that holds the fix')
    .option('--accepted-by <name>', 'who bears the risk')
    .option('--reason <text>', 'why it is borne')
    .option('--until <day>', 'and until when: 2027-03-01')
    .option('--note <text>', 'why; others read it too')
    .option('--release <version>', 'in this release; all that have it when left out', repeated)
}

/** As the API takes it; what is missing there the server says. */
export function decisionIn(options: DecideOptions): object {
  const { status, justification, action, inVersion, acceptedBy, reason, note } = options
  const given = { status, justification, action, inVersion, acceptedBy, reason, note }
  return {
    ...given,
    ...(options.until === undefined ? {} : { until: secondsOf(options.until) }),
    ...(options.release === undefined ? {} : { releases: options.release }),
  }
}

function secondsOf(day: string): number {
  const at = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(day) / 1000 : Number.NaN
  if (Number.isSafeInteger(at)) return at
  throw new Refusal('USAGE', `${day} is no day`, {
    next: 'Write it as 2027-03-01.',
    usage: true,
  })
}
