import { createBackup } from '../backup/create-backup.ts'
import { openArtifactsBeside } from '../open-artifacts.ts'
import { secondsOf } from '../ports.ts'
import { besideServer } from './beside.ts'
import { CommandRefused, requireText, type ServerCommand } from './command.ts'
import { QUIET, seldom } from './progress.ts'

export const backup: ServerCommand = {
  name: 'backup',
  usage: '--to FILE [--with-artifacts]',
  summary: 'write a backup of the server into one file; the server may run meanwhile',
  examples: [
    'backup --to /backup/fleetward-2026-11-21.tar --settings /etc/fleetward/server.json',
    'backup --to /backup/all.tar --with-artifacts --settings /etc/fleetward/server.json',
  ],
  options: { to: { type: 'string' }, 'with-artifacts': { type: 'boolean' } },
  run: async ({ settings, values, write, note }) => {
    const file = requireText(values, 'to', 'the file to write')
    await besideServer(settings, async ({ place, seal, outer, clock }) => {
      const artifacts = await openArtifactsBeside(settings, clock, QUIET)
      try {
        const now = secondsOf(clock)
        const withArtifacts = values['with-artifacts'] === true
        const manifest = await createBackup({
          ...{ place, seal, artifacts, file, withArtifacts, now },
          progress: seldom(note),
        }).catch((error: unknown) => {
          throw refusedOf(error, file)
        })
        const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
        const included = manifest.artifacts.filter(({ isIncluded }) => isIncluded).length
        write(
          `${file}: ${manifest.tables.length} tables, ${rows} rows, ${included} of ${manifest.artifacts.length} artifacts.\n`,
        )
        if (included < manifest.artifacts.length) {
          note(
            'Artifacts that are not in it: keep the artifact store as well, or give --with-artifacts.',
          )
        }
        note(
          outer.file === undefined
            ? 'It opens with the sealing key alone, which is not in it.'
            : `It opens with ${outer.file} alone, which is not in it: keep a copy of that key somewhere else.`,
        )
      } finally {
        await artifacts.stop()
      }
    })
  },
}

function refusedOf(error: unknown, file: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EEXIST') {
    return new CommandRefused(`${file} is there already; a backup is never written over.`)
  }
  if (code === 'DISK_FULL' || code === 'DISK_FAILED') {
    return new CommandRefused(`${file} could not be written (${code}). Nothing was left there.`)
  }
  return error
}
