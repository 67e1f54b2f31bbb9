/** What the environment says of the gateway to talk to. */
export interface GatewayToAsk {
  url: string;
  /** What opens its cache to whoever has it; it comes by the environment alone, for arguments are seen by others. */
  token: string | undefined;
}

/** Reads `GATEWAY_URL` (`http://127.0.0.1:4000`) and `CACHE_TOKEN`. */
export function readGatewayToAsk(environment = process.env): GatewayToAsk {
  return { url: environment.GATEWAY_URL || 'http://127.0.0.1:4000', token: environment.CACHE_TOKEN || undefined };
}
