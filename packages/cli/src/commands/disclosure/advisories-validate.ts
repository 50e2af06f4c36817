/** `fleetward advisories validate`: what the CSAF validator says of an advisory, before anybody else reads it. */
import type { Command } from 'commander'
import { type Surroundings, wholeNumber, withExamples } from '../command-line.ts'
import { type OnProduct, onProduct } from '../devices/device-choice.ts'
import { openServer } from '../server-options.ts'

interface Message {
  readonly severity: 'error' | 'warning' | 'info'
  readonly test: string
  readonly pointer: string
  readonly text: string
}

interface Validation {
  readonly version?: number
  readonly isValid: boolean
  readonly messages: readonly Message[]
  readonly counts: Readonly<Record<Message['severity'], number>>
}

type ValidateOptions = OnProduct & { readonly version?: number }

const ID = 'LUMEN-WORKS-2026-0007'
const ON = '--product lumen-gateway-g1 --token-file token'

export function addAdvisoriesValidate(
  advisories: Command,
  { terminal, finish }: Pick<Surroundings, 'terminal' | 'finish'>,
): void {
  const validate = onProduct(advisories.command('validate <advisory>'))
    .description('what the CSAF validator says of it as it would be published now')
    .option('--version <number>', 'this published version', wholeNumber)
    .addHelpText(
      'after',
      '\nErrors are rules of CSAF 2.0 that it breaks: it is not published with one. Warnings and infos keep nothing back.\nThe exit code is 1 when there is an error.',
    )
    .action(async (id: string, options: ValidateOptions) => {
      const client = await openServer(options, terminal)
      const product = encodeURIComponent(options.product)
      const query = options.version === undefined ? '' : `?version=${options.version}`
      const path = `/products/${product}/advisories/${encodeURIComponent(id)}/validation${query}`
      const validation = (await client.get(path)) as Validation
      finish({
        json: { advisory: id, ...validation },
        lines: linesOf(id, validation),
        isNo: !validation.isValid,
      })
    })
  withExamples(
    validate,
    `advisories validate ${ID} ${ON}`,
    `advisories validate ${ID} --version 1 --json ${ON}`,
  )
}

function linesOf(id: string, { messages, counts, version }: Validation): string[] {
  const { error, warning, info } = counts
  const all = error + warning + info
  const of = version === undefined ? id : `${id} version ${version}`
  if (all === 0) return [`${of}: the validator finds nothing.`]
  const left = all - messages.length
  return [
    ...messages.map(
      ({ severity, test, pointer, text }) =>
        `${severity.padEnd(7)}  ${test}  ${pointer || 'the document'}: ${text}`,
    ),
    ...(left > 0 ? [`and ${left} more`] : []),
    `${of}: ${error} errors, ${warning} warnings, ${info} infos.`,
  ]
}
