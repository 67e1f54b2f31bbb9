const ALPHABET = '0123456789bcdefghjkmnpqrstuvwxyz';

/**
 * The 12-character GeoHash of a point, degrees WGS84 (the parcel identifier's form, Circular 09/2024/TT-BTNMT as amended).
 * 60 bits, longitude first: a cell is about 3.4e-7 by 1.7e-7 degrees, so points a millionth of a degree apart never share one.
 */
export function geohash(longitude: number, latitude: number): string {
  let west = -180;
  let east = 180;
  let south = -90;
  let north = 90;
  let text = '';
  for (let character = 0; character < 12; character += 1) {
    let bits = 0;
    for (let bit = 0; bit < 5; bit += 1) {
      const upper = (character * 5 + bit) % 2 === 0 ? halveLongitude() : halveLatitude();
      bits = bits * 2 + (upper ? 1 : 0);
    }
    text += ALPHABET[bits];
  }
  return text;

  function halveLongitude(): boolean {
    const middle = (west + east) / 2;
    if (longitude < middle) east = middle;
    else west = middle;
    return longitude >= middle;
  }

  function halveLatitude(): boolean {
    const middle = (south + north) / 2;
    if (latitude < middle) north = middle;
    else south = middle;
    return latitude >= middle;
  }
}
