/** What can be recorded of a case, each a command of its own: one event, with the facts that it holds. */
import { Option } from 'commander'
import { Refusal } from '../../refusal.ts'
import { readNamedFile, repeated, versionWord, wholeNumber } from '../command-line.ts'
import { objectIn } from '../products/fact-paths.ts'
import type { ServerOptions } from '../server-options.ts'

export const CASE_ID = '0f3a5c7e9b1d2468'
const ID = CASE_ID
const STAGES: Readonly<Record<string, string>> = {
  'early-warning': 'earlyWarning',
  notification: 'notification',
  'final-report': 'finalReport',
}
export const STAGE_WORDS = Object.keys(STAGES).join('|')
const TIMES: Readonly<Record<string, string>> = {
  aware: 'awareAt',
  measure: 'measureAvailableAt',
  occurred: 'occurredAt',
}
export const WHEN = 'a time, a date or how long ago: 2026-11-21T22:10:00Z, 2h'

export type CaseOptions = ServerOptions & { readonly at?: string } & Readonly<
    Record<string, string | boolean | number | readonly string[] | undefined>
  >
export type CaseFacts = Readonly<Record<string, unknown>>

/** A command that records one event. */
export type AddCaseAct = (
  words: string,
  description: string,
  examples: readonly string[],
  options: readonly Option[],
  factsOf: (given: CaseOptions, words: readonly string[]) => CaseFacts | Promise<CaseFacts>,
) => void

export const required = (flags: string, what: string) =>
  new Option(flags, what).makeOptionMandatory()

/** `seconds` reads a time as a person writes it, in seconds since 1970. */
export function addCaseActs(act: AddCaseAct, seconds: (text: unknown) => number | undefined): void {
  const evidence = required('--evidence <text>', 'what it rests on')
  const reason = required('--reason <text>', 'why')

  act(
    'note <case> <text>',
    'note something',
    [`note ${ID} 'Asked the supplier'`],
    [],
    (_, [text]) => {
      return { type: 'noted', text }
    },
  )
  act(
    'exploited <case>',
    'a malicious actor exploited the vulnerability: reliable evidence',
    [`exploited ${ID} --evidence 'Listed in KEV; seen in our honeypot'`],
    [evidence, new Option('--since <time>', `when first, ${WHEN}`)],
    (given) => ({ type: 'exploitedMarked', evidence: given.evidence, since: seconds(given.since) }),
  )
  act(
    'severity <case> <question> <answer>',
    'answer whether an incident is severe: protectionAffected, protectionCapable, codeLed, codeCapable',
    [`severity ${ID} codeCapable yes --reason 'It is the update channel'`],
    [reason],
    (given, [question, answer]) => {
      return { type: 'severityAnswered', question, answer, reason: given.reason }
    },
  )
  act(
    'severe <case>',
    'the incident is severe, as the answers say',
    [`severe ${ID} --evidence 'Forged metadata in the update channel'`],
    [evidence, new Option('--since <time>', `when it happened, ${WHEN}`)],
    (given) => ({ type: 'severeMarked', evidence: given.evidence, since: seconds(given.since) }),
  )
  act(
    'take-back <case>',
    'it is not exploited, or not severe, after all',
    [`take-back ${ID} --reason 'The honeypot was misread'`],
    [reason],
    (given) => ({ type: 'markTakenBack', reason: given.reason }),
  )
  act(
    'aware <case>',
    'since when you are aware: the clocks count from it',
    [`aware ${ID} --since 2026-11-20T22:10:00Z --evidence 'Call of the security officer'`],
    [required('--since <time>', WHEN), evidence],
    (given) => {
      return { type: 'awarenessSet', awareAt: seconds(given.since), evidence: given.evidence }
    },
  )
  act(
    'measure <case> <text>',
    'a corrective or mitigating measure is available',
    [`measure ${ID} 'Version 1.4.3 is offered' --available 2026-11-21T06:00:00Z`],
    [required('--available <time>', `since when, ${WHEN}`)],
    (given, [measure]) => {
      return { type: 'measureAvailable', availableAt: seconds(given.available), measure }
    },
  )
  act(
    'scope <case>',
    'what is affected, and what mends it',
    [`scope ${ID} --affected 1.4.1 --affected 1.4.2 --fixed-version 1.4.3`],
    [
      new Option('--affected <version>', 'all that are; may be repeated').argParser(repeated),
      new Option('--cve <id>', 'all of them; may be repeated').argParser(repeated),
      new Option('--fixed-version <version>', 'the release').argParser(versionWord),
    ],
    ({ cve, affected, fixedVersion }) => {
      return { type: 'scopeSet', cves: cve, versions: affected, fixedVersion }
    },
  )
  act(
    'fill <case>',
    'write fields of the sheet; an empty text takes one back',
    [`fill ${ID} --set 'summary=Commands run as root'`, `fill ${ID} --file fields.json`],
    [
      new Option('--set <field=text>', 'may be repeated').argParser(repeated),
      new Option('--file <file>', 'JSON: fields by their names'),
    ],
    async (given) => ({ type: 'fieldsSet', values: await valuesIn(given) }),
  )
  act(
    `submit <case> <stage>`,
    `what a person put into ENISA's portal: ${STAGE_WORDS}, or intermediate with --request`,
    [
      `submit ${ID} early-warning --reference SRP-2026-0042 --time 2026-11-21T08:00:00Z`,
      `submit ${ID} notification --reference SRP-2026-0042 --time 10m --file submitted.json`,
      `submit ${ID} intermediate --request 1 --reference SRP-2026-0042 --time 5m`,
    ],
    [
      required('--reference <text>', "the portal's"),
      required('--time <time>', `when, ${WHEN}`),
      new Option('--includes-notification', 'the early warning held what the notification would'),
      new Option('--proof-sha256 <hex>', 'of a picture of the answer'),
      new Option('--request <number>', 'of the CSIRT, with intermediate').argParser(wholeNumber),
      new Option('--set <field=text>', 'as it was submitted; may be repeated').argParser(repeated),
      new Option('--file <file>', 'JSON: fields as they were submitted'),
    ],
    async (given, [stage = '']) => {
      const { reference, proofSha256, request, includesNotification } = given
      const claim = { submittedAt: seconds(given.time), reference, proofSha256 }
      if (stage === 'intermediate') {
        return { type: 'intermediateSubmitted', request: request ?? 1, ...claim }
      }
      const hasValues = given.set !== undefined || given.file !== undefined
      const values = hasValues ? await valuesIn(given) : undefined
      return { type: 'submitted', stage: stageOf(stage), ...claim, includesNotification, values }
    },
  )
  act(
    'requested <case>',
    'a CSIRT asks for an intermediate report',
    [`requested ${ID} --by BSI --due 2026-11-30T12:00:00Z`],
    [required('--by <csirt>', 'who asks'), new Option('--due <time>', 'by when, if it says so')],
    (given) => {
      return { type: 'intermediateRequested', requestedBy: given.by, dueAt: seconds(given.due) }
    },
  )
  act(
    'correct <case> <what>',
    `mend a time or a submission: aware|measure|occurred|${STAGE_WORDS}; what was there stays`,
    [
      `correct ${ID} aware --to 2026-11-20T21:40:00Z --reason 'The call came earlier'`,
      `correct ${ID} early-warning --to 2026-11-21T08:02:00Z --reference SRP-2026-0043 --reason Typo`,
    ],
    [
      required('--to <time>', WHEN),
      reason,
      new Option('--reference <text>', "the portal's, of a submission"),
    ],
    (given, [what = '']) => {
      const to = seconds(given.to)
      const of = TIMES[what]
      const correction =
        of === undefined
          ? { of: 'submission', stage: stageOf(what), submittedAt: to, reference: given.reference }
          : { of, to }
      return { type: 'corrected', correction, reason: given.reason }
    },
  )
  act(
    'tell <case> [text]',
    'users were told: what, how and whom (14(8))',
    [`tell ${ID} 'Install 1.4.3 today' --audience impacted --channel 'e-mail to customers'`],
    [
      required('--audience <users>', 'whom').choices(['impacted', 'product', 'all']),
      required('--channel <text>', 'how'),
      new Option('--file <file>', 'the text from a file'),
    ],
    async (given, [words]) => {
      const { audience, channel, file } = given
      const text = typeof file === 'string' ? await textOf(file) : words
      return { type: 'usersTold', audience, channel, text }
    },
  )
  act('close <case>', 'end it', [`close ${ID} --reason 'All is reported'`], [reason], (given) => {
    return { type: 'closed', reason: given.reason }
  })
}

export function stageOf(word: string): string {
  const stage = STAGES[word]
  if (stage !== undefined) return stage
  throw new Refusal('USAGE', `There is no stage ${JSON.stringify(word)}`, {
    next: `The stages are ${Object.keys(STAGES).join(', ')}.`,
    usage: true,
  })
}

async function textOf(file: string): Promise<string> {
  return new TextDecoder().decode(await readNamedFile(file))
}

async function valuesIn({ set, file }: CaseOptions): Promise<CaseFacts> {
  const texts = Array.isArray(set) ? (set as readonly string[]) : []
  const pairs = texts.map((pair) => {
    const at = pair.indexOf('=')
    if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)] as const
    throw new Refusal('USAGE', `${JSON.stringify(pair)} names no field`, {
      next: 'Write it as summary=Commands run as root.',
      usage: true,
    })
  })
  const values = typeof file === 'string' ? objectIn(await readNamedFile(file), file) : {}
  return { ...values, ...Object.fromEntries(pairs) }
}
