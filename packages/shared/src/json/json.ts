/**
 * JSON as we believe it: numbers are integers that survive a round trip, and what a parser returns
 * has a null prototype, so that a look-up can never find what Object.prototype happens to hold.
 */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json }

export type JsonObject = { readonly [key: string]: Json }

export function isJsonList(json: Json | undefined): json is readonly Json[] {
  return Array.isArray(json)
}

export function isJsonObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
