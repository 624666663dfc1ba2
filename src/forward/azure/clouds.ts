import type { AzureOptions } from './options.ts'

interface Cloud {
  /** For whom tokens are; without `/.default`, which the client library adds. */
  readonly audience: string
  /** Who issues tokens; where absent, what the environment says (the webhook of workload identity sets it), else the public cloud. */
  readonly authorityHost?: string
}

/** Source: "Logs Ingestion API in Azure Monitor" and KnownMonitorAudience of \@azure/monitor-ingestion; AzureAuthorityHosts of \@azure/identity. */
export const clouds: Readonly<Record<AzureOptions['cloud'], Cloud>> = {
  public: { audience: 'https://monitor.azure.com' },
  china: { audience: 'https://monitor.azure.cn', authorityHost: 'https://login.chinacloudapi.cn' },
  usgov: { audience: 'https://monitor.azure.us', authorityHost: 'https://login.microsoftonline.us' },
}
