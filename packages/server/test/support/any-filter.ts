/** Filters by chance, as a person could write them, about what occurs in filtered-fleet.ts. */
import { UPDATE_STATE_NAMES } from '@fleetward/shared'
import fc from 'fast-check'
import { TEXTS } from './filtered-fleet.ts'

const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`
const text = fc.constantFrom(...TEXTS, 'lumen-0', 'fi', 'field', 'DISK_FULL').map(quoted)
const number = fc.constantFrom('-3', '-2.5', '0', '1', '2.5', '3', '3.5', '5', '100000000000000')
const version = fc.constantFrom('1.4.2', '1.4.3', '1.10.0', '3.0.0')
const flag = fc.constantFrom('true', 'false')
const order = fc.constantFrom('=', '!=', '<', '<=', '>', '>=')
const anyOrder = fc.constantFrom('=', '!=', '<', '<=', '>', '>=', '~')

const list = (value: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.constantFrom('in', 'not in'), fc.array(value, { minLength: 1, maxLength: 4 }))
    .map(([word, values]) => `${word} (${values.join(', ')})`)

const about = (
  fields: fc.Arbitrary<string>,
  operator: fc.Arbitrary<string>,
  value: fc.Arbitrary<string>,
  isListable = true,
) =>
  fc
    .tuple(
      fields,
      isListable
        ? fc.oneof(
            fc.tuple(operator, value).map((parts) => parts.join(' ')),
            list(value),
          )
        : fc.tuple(operator, value).map((parts) => parts.join(' ')),
    )
    .map((parts) => parts.join(' '))

const attribute = fc
  .tuple(fc.constantFrom('attr', 'device'), fc.constantFrom('.a', '.region', '."free space"', '.x'))
  .map((parts) => parts.join(''))
const time = fc.oneof(
  fc.constantFrom('0s', '90m', '36h', '1d', '2w'),
  fc.constantFrom('2026-11-20', '2026-11-18T12:30Z'),
)

const condition = fc.oneof(
  about(fc.constantFrom('id', 'cohort', 'rollout', 'failureCode'), anyOrder, text),
  about(fc.constant('version'), order, version),
  about(fc.constant('line'), order, fc.constantFrom('1.4', '1.10', '2.0', '0.1')),
  about(fc.constant('securityCounter'), order, number),
  about(fc.constant('state'), fc.constantFrom('=', '!='), fc.constantFrom(...UPDATE_STATE_NAMES)),
  about(fc.constant('waitingFor'), fc.constant('='), fc.constantFrom('approval', 'window')),
  about(fc.constant('integrity'), fc.constant('='), fc.constantFrom('ok', 'corrupt')),
  about(
    fc.constantFrom(
      'online',
      'flapping',
      'pinned',
      'quarantined',
      'test',
      'revoked',
      'cloneSuspected',
    ),
    fc.constantFrom('=', '!='),
    flag,
  ),
  fc.constantFrom('online', 'flapping', 'quarantined', 'test', 'revoked', 'cloneSuspected'),
  about(
    fc.constantFrom('lastSeen', 'enrolledAt'),
    fc.constantFrom('<', '<=', '>', '>='),
    time,
    false,
  ),
  about(attribute, anyOrder, fc.oneof(text, number, version, flag)),
  fc
    .oneof(
      attribute,
      fc.constantFrom('version', 'lastSeen', 'failureCode', 'id', 'test', 'flapping'),
    )
    .map((field) => `has ${field}`),
)

export const anyFilter: fc.Arbitrary<string> = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'filter', withCrossShrink: true },
    condition,
    tie('filter').map((part) => `not (${part})`),
    fc
      .tuple(
        fc.constantFrom(' and ', ' or '),
        fc.array(tie('filter'), { minLength: 2, maxLength: 3 }),
      )
      .map(([word, parts]) => parts.map((part) => `(${part})`).join(word)),
  ),
})).filter
