/** Which account is who at a company's provider: always by issuer and subject (OpenID Connect Core §5.7). */
export interface CompanyIdentity {
  readonly issuer: string
  readonly subject: string
  readonly account: string
  readonly linkedAt: number
}

export interface IdentityStore {
  find(issuer: string, subject: string): Promise<CompanyIdentity | undefined>
  ofAccount(account: string): Promise<readonly CompanyIdentity[]>
  /** False when somebody has this identity already. */
  add(identity: CompanyIdentity): Promise<boolean>
  remove(account: string, issuer: string, subject: string): Promise<boolean>
}
