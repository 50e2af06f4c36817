/** The local API's door on this machine: whoever may ask there may decide for the owner. */
import { lstat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { socketIn } from '../local-api/socket-path.ts'
import { findAgentUser } from './agent-process.ts'
import { type Check, note, ok, wrong } from './check.ts'
import { modeOf } from './protection.ts'

const OTHERS_MAY_DO_ANYTHING = 0o007
const OTHERS_MAY_EXCHANGE = 0o022
const RESTART = 'restart the agent, which makes it anew'

export const socketChecks: readonly Check[] = [
  {
    id: 'socket-private',
    what: 'Only the agent’s user and group reach its local API, and nobody takes its place.',
    why: 'Whoever may ask there may install, reset and erase for the owner.',
    look: async (site) => {
      const path = site.settings.socket ?? socketIn(site.settings.dataFolder)
      const folder = dirname(path)
      const [around, socket] = await Promise.all([lstat(folder), lstat(path)]).catch(absent)
      if (around === undefined || socket === undefined) {
        return note(`${path} is not there`, 'start the agent and ask again')
      }
      // The group owns decisions, not the folder: it must not put another socket there.
      if ((around.mode & OTHERS_MAY_EXCHANGE) !== 0) {
        return wrong(`${folder} has mode ${modeOf(around)}`, `chmod go-w ${folder}`)
      }
      if (!socket.isSocket()) return wrong(`${path} is no socket`, RESTART)
      if ((socket.mode & OTHERS_MAY_DO_ANYTHING) !== 0) {
        return wrong(`${path} has mode ${modeOf(socket)}`, `chmod 0660 ${path}`)
      }
      const agent = await findAgentUser(site)
      if (agent === undefined || socket.uid === agent.uid) return ok(`${path}, ${modeOf(socket)}`)
      return wrong(`${path} belongs to user ${socket.uid}`, RESTART)
    },
  },
]

function absent(error: NodeJS.ErrnoException): readonly [undefined, undefined] {
  if (error.code === 'ENOENT') return [undefined, undefined]
  throw error
}
