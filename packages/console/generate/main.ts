/** `npm run console:types`: makes the client's types anew after a change of the API. */
import { writeFileSync } from 'node:fs'
import { CLIENT_FILE, currentClient } from './operator-api.ts'

writeFileSync(CLIENT_FILE, currentClient())
process.stdout.write(`Wrote ${CLIENT_FILE}\n`)
