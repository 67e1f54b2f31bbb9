// People who are in no seed, as many as one likes: each is the likeness of somebody who is, and has his own number and parcels.
import { requestOf } from './connection.mjs';

/** The number of the `index`th: no province's numbers begin so. */
export const numberOf = (index) => `9${String(index).padStart(11, '0')}`;

const NUMBER = /"(9\d{11})"/;
const PARCEL_ID = /"id":"(w[\db-hjkmnp-z]{11})"/g;
/** How much of a parcel's id says where it roughly lies; then comes which of his parcels it is, and who has it. */
const PARCEL_PLACE = 2;

/** Makes requests for `query` about the `index`th, whose bytes are ready but for the number. */
export function requestsAbout(query, url) {
  const ready = requestOf(url, JSON.stringify({ query, variables: { personalId: numberOf(0) } }));
  const at = ready.indexOf(numberOf(0));
  return (index) => {
    const request = Buffer.from(ready);
    request.latin1Write(numberOf(index), at);
    return request;
  };
}

/** How a subgraph answers about one of them, if the people `models` are in the seed. */
export function likenesses(models) {
  const places = new WeakMap();
  return {
    /** What to ask in the place of a request about one of them: `body` is about the model. `undefined`: it is about none. */
    modelOf(body) {
      const number = NUMBER.exec(body)?.[1];
      if (number === undefined) return undefined;
      const model = models[Number(number.slice(1)) % models.length];
      return { number, model, body: body.replaceAll(number, model) };
    },
    /** The response about the model, as one about this person. */
    inTheNameOf({ number, model }, response) {
      let at = places.get(response);
      if (!at) places.set(response, (at = placesOf(response, model)));
      const own = Buffer.from(response);
      for (const place of at.numbers) own.latin1Write(number, place);
      for (const [index, place] of at.parcels.entries()) own.latin1Write(`${index}${number.slice(3)}`, place);
      return own;
    },
  };
}

/** Where the model's number stands in a response, and where the ids of his parcels differ from others'. */
function placesOf(response, model) {
  const text = response.latin1Slice();
  const numbers = Array.from(text.matchAll(new RegExp(model, 'g')), ({ index }) => index);
  const parcels = Array.from(text.matchAll(PARCEL_ID), ({ index }) => index + '"id":"'.length + PARCEL_PLACE);
  return { numbers, parcels };
}
