/** Where the public finds documents. Pure. */
import { WHITE_PATH } from '@fleetward/vulnerability'

export function documentUrl(base: string, file: string): string {
  return `${base}${documentPath(file)}`
}

export function documentPath(file: string): string {
  return `${WHITE_PATH}${file}`
}
