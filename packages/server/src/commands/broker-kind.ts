/** Which broker a command is about. */
import { BROKER_KINDS, type BrokerKind } from '../broker/broker-kinds.ts'
import { type Settings, SettingsError } from '../settings.ts'
import { type CommandContext, textOf } from './command.ts'

/** `--kind`, or that of the settings, or else Mosquitto. */
export function brokerKindOf(values: CommandContext['values'], settings: Settings): BrokerKind {
  const word = textOf(values, 'kind')
  if (word === undefined) return settings.broker?.kind ?? 'mosquitto'
  const kind = BROKER_KINDS.find((known) => known === word)
  if (kind !== undefined) return kind
  throw new SettingsError([`--kind ${word}: known are ${BROKER_KINDS.join(', ')}`])
}
