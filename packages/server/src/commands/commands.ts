/** What `fleetward-server` can do. Without a word it serves. */

import { backup } from './backup.ts'
import { breakGlass } from './break-glass.ts'
import { brokerAcl } from './broker-acl.ts'
import { brokerCertificate } from './broker-certificate.ts'
import type { ServerCommand } from './command.ts'
import { restore } from './restore.ts'
import { rotate } from './rotate.ts'
import { serve } from './serve.ts'
import { wayIn } from './way-in.ts'

export const COMMANDS: readonly ServerCommand[] = [
  serve,
  brokerAcl,
  brokerCertificate,
  rotate,
  backup,
  restore,
  wayIn,
  breakGlass,
]
