import type { Command } from 'commander'
import { productOption } from '../command-line.ts'
import { withServer } from '../server-options.ts'

/** A command about one rollout. */
export function onRollout(rollout: Command, name: string, description: string): Command {
  return withServer(
    rollout
      .command(name)
      .description(description)
      .argument('<id>', 'as `rollout start` printed it')
      .addOption(productOption()),
  )
}
