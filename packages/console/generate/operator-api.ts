/** Where the generated client lies, and what belongs there now. */
import { join } from 'node:path'
import { openApiDocument } from '../../server/src/operator-api/openapi.ts'
import { EDGE_PATHS, OPERATOR_PATHS } from '../../server/src/operator-api/operator-paths.ts'
import { formTables } from './form-tables.ts'
import { type ApiDocument, clientTypes } from './typed-client.ts'

export const CLIENT_FILE = join(import.meta.dirname, '../src/api/operator-api.gen.ts')
export const FORMS_FILE = join(import.meta.dirname, '../src/forms/forms.gen.ts')

/** From the server's own code: the document needs no server that runs. */
export function currentDocument(): ApiDocument {
  return openApiDocument([...OPERATOR_PATHS, ...EDGE_PATHS]) as unknown as ApiDocument
}

export const currentClient = () => clientTypes(currentDocument())
export const currentForms = () => formTables(currentDocument())
