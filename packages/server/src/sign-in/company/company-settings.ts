/** What the settings file says of a company's sign-in. */
import { z } from 'zod'
import { ROLES } from '../../accounts/permission.ts'

const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/

export const companySettingsSchema = z.strictObject({
  /** Part of the address that the provider sends people back to: `/sign-in/company/<id>/callback`. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
  /** On the button. */
  name: z.string().min(1).max(60),
  issuer: z
    .string()
    .max(500)
    .refine(
      (text) => URL.canParse(text) && (text.startsWith('https://') || LOOPBACK.test(text)),
      'must be an https:// address (http:// only for this machine)',
    ),
  clientId: z.string().min(1).max(255),
  /** Without it the server is a public client: PKCE alone. */
  clientSecretFile: z.string().min(1).optional(),
  caFile: z.string().min(1).optional(),
  scopes: z.array(z.string().min(1).max(100)).max(20).default(['openid', 'email', 'profile']),
  /** The provider must have seen one of these, RFC 8176: `["mfa", "hwk"]`. */
  requiredMethods: z.array(z.string().min(1).max(30)).max(10).default([]),
  /** Whether somebody whose verified mail address is an account's sign-in name gets that account. */
  linkByVerifiedEmail: z.boolean().default(false),
  groupsClaim: z.string().min(1).max(100).default('groups'),
  /** Groups at the company that have a role here, as long as somebody is in them. */
  roles: z
    .array(
      z.strictObject({
        group: z.string().min(1).max(255),
        role: z.enum(ROLES),
        product: z.string().min(1).max(64),
      }),
    )
    .max(200)
    .default([]),
})

export type CompanySettings = z.output<typeof companySettingsSchema>
