/** `npm run console:types`: makes the client's types and the tables of forms anew after a change of the API. */
import { writeFileSync } from 'node:fs'
import { CLIENT_FILE, currentClient, currentForms, FORMS_FILE } from './operator-api.ts'

writeFileSync(CLIENT_FILE, currentClient())
writeFileSync(FORMS_FILE, currentForms())
process.stdout.write(`Wrote ${CLIENT_FILE} and ${FORMS_FILE}\n`)
