/** Whether anything keeps the clock right. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type Check, note, ok, warning } from './check.ts'

const TIMEDATECTL = '/usr/bin/timedatectl'
const TIME_LIMIT_MS = 5000

export const clockChecks: readonly Check[] = [
  {
    id: 'clock-synchronised',
    what: 'Something keeps the clock right.',
    why: 'Logs get wrong times, and an old manifest could pass for a fresh one.',
    look: async ({ timeTool = TIMEDATECTL }) => {
      const words = ['show', '--property=NTPSynchronized', '--value']
      const said = await promisify(execFile)(timeTool, words, { timeout: TIME_LIMIT_MS }).then(
        ({ stdout }) => stdout.trim(),
        () => undefined,
      )
      if (said === 'yes') return ok('synchronised')
      if (said === 'no')
        return warning('not synchronised', 'systemctl enable --now systemd-timesyncd')
      return note(`${timeTool} does not say`, 'make sure that something sets the clock')
    },
  },
]
